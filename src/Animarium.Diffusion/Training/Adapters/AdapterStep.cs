using Animarium.Diffusion.Noise;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>
/// What adapters drop in a training step. A layer's draws depend on nothing but the step and the layer, so a forward pass that is repeated for the
/// backward pass (gradient checkpointing) drops the same again, and a resumed run what it would have dropped.
/// </summary>
/// <param name="Sigma">(b), fp32, of the items of the batch</param>
/// <param name="Draws">A new stream of the uniform numbers of a layer, by the layer's number.</param>
sealed record AdapterStep(Tensor Sigma, Func<int, IUniformSource> Draws);
