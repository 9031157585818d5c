using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>y = x·Wᵀ + b with the weight as the checkpoint stores it; computes in the type and on the device of x.</summary>
/// <param name="name">The module's name in the checkpoint, e.g. <c>blocks.0.self_attn.q_proj</c>.</param>
/// <param name="weight">(out, in)</param>
/// <param name="bias">(out) or null</param>
public sealed class Linear(string name, Weight weight, Weight? bias)
{
    /// <summary>The module's name in the checkpoint.</summary>
    public string Name { get; } = name;

    /// <summary>(out, in)</summary>
    public Weight Weight { get; } = weight;

    /// <summary>(out) or null</summary>
    public Weight? Bias { get; } = bias;

    /// <summary>Changes the layer at run time without touching its weight (LoRA); null: the plain layer.</summary>
    public LinearAdapter? Adapter { get; set; }

    /// <summary>The layer with its adapter.</summary>
    /// <param name="x">(…, in)</param>
    /// <returns>(…, out)</returns>
    public Tensor Forward(Tensor x) => Adapter is null ? Base(x) : Adapter.Forward(x, this);

    /// <summary>The plain layer.</summary>
    public Tensor Base(Tensor x) => nn.functional.linear(x, Weight.As(x.dtype, x.device), Bias?.As(x.dtype, x.device));
}

/// <summary>What a LoRA family does to a linear layer at run time.</summary>
public abstract class LinearAdapter
{
    /// <summary>The adapted output.</summary>
    /// <param name="x">(…, in)</param>
    /// <param name="linear">The layer; <see cref="Linear.Base"/> is its plain output.</param>
    public abstract Tensor Forward(Tensor x, Linear linear);
}
