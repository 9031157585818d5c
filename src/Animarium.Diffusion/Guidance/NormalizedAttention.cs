using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Guidance;

/// <summary>Normalised attention guidance: a negative prompt that acts at guidance scale 1, in one pass of the model.</summary>
/// <param name="Scale">How far away from the negative prompt, 1 to 20; 1 changes nothing.</param>
/// <param name="Tau">How many times longer a guided feature may get, 1 to 10.</param>
/// <param name="Alpha">The share of the guided feature in the result, 0 to 1.</param>
public sealed record NagOptions(double Scale = 5, double Tau = 2.5, double Alpha = 0.25)
{
    /// <inheritdoc cref="NormalizedAttention.Combine"/>
    public Tensor Combine(Tensor positive, Tensor negative) => NormalizedAttention.Combine(positive, negative, Scale, Tau, Alpha);
}

/// <summary>Normalised attention guidance (arXiv 2505.21179).</summary>
public static class NormalizedAttention
{
    /// <summary>
    /// <c>g = s·z⁺ − (s−1)·z⁻</c>, shortened to at most τ times the length of z⁺, then <c>α·g + (1−α)·z⁺</c>.
    /// </summary>
    /// <param name="positive">z⁺ (b, l, d): cross-attention to the prompt, before the output projection; computed in fp32 whatever its type.</param>
    /// <param name="negative">z⁻ (b, l, d): the same queries' attention to the negative prompt.</param>
    /// <param name="scale">s</param>
    /// <param name="tau">τ</param>
    /// <param name="alpha">α</param>
    /// <param name="norm">Which norm measures length: L1 in the paper and ComfyUI, L2 in its authors' first code.</param>
    /// <returns>(b, l, d) in the type of <paramref name="positive"/></returns>
    public static Tensor Combine(Tensor positive, Tensor negative, double scale, double tau, double alpha, int norm = 1) => Scopes.Scoped(() =>
    {
        Tensor z = positive.to(float32), guided = z.Times(scale) - negative.to(float32).Times(scale - 1);
        var ratio = Length(guided, norm) / Length(z, norm);
        return (guided * (ratio.AtMost(tau).Times(alpha) / ratio)).Plus(z.Times(1 - alpha)).to(positive.dtype);
    });

    static Tensor Length(Tensor t, int norm) => t.norm(-1, keepdim: true, p: norm).AtLeast(1e-6);
}
