using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>A tensor of a checkpoint in the place where the model uses it: mapped in its stored type, seen in the type and on the device of the computation.</summary>
/// <param name="name">The checkpoint's name without prefix, e.g. <c>blocks.0.self_attn.q_norm.weight</c>.</param>
/// <param name="stored">The mapped tensor; never written to.</param>
public sealed class Weight(string name, Tensor stored)
{
    /// <summary>The checkpoint's name without prefix.</summary>
    public string Name { get; } = name;

    /// <summary>The mapped tensor; never written to.</summary>
    public Tensor Stored { get; } = stored;

    /// <summary>Stands in for the stored value while something (a LoRA's <c>diff</c>, a merge) changes it; null: the stored one.</summary>
    public Tensor? Patch { get; set; }

    /// <summary>The value as a computation in <paramref name="type"/> on <paramref name="device"/> needs it; the stored tensor itself where it fits.</summary>
    public Tensor As(ScalarType type, Device device) => (Patch ?? Stored).to(type, device);
}
