using static TorchSharp.torch;

namespace Animarium.Diffusion.Training;

/// <summary>A tensor that training changes.</summary>
/// <param name="Name">Its name in the file it will be saved to, e.g. <c>lora_unet_blocks_0_mlp_layer1.lora_up.weight</c>.</param>
/// <param name="Value">fp32, a leaf that requires gradients; changed in place by the optimizer.</param>
public sealed record Parameter(string Name, Tensor Value);

/// <summary>Parameters that share a learning rate.</summary>
/// <param name="Name">Shown beside its learning rate, e.g. <c>transformer up</c>.</param>
/// <param name="Parameters">At least one.</param>
/// <param name="LearningRate">The base rate, which the schedule multiplies.</param>
public sealed record ParameterGroup(string Name, IReadOnlyList<Parameter> Parameters, double LearningRate);
