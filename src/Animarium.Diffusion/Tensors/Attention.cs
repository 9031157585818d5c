using Animarium.Diffusion.Gradients;
using Animarium.Diffusion.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Tensors;

/// <summary>Softmax attention and the way into and out of its heads.</summary>
public static class Attention
{
    /// <summary>softmax(q·kᵀ/√d + bias)·v.</summary>
    /// <param name="q">(b, h, l, d)</param>
    /// <param name="k">(b or 1, h, n, d)</param>
    /// <param name="v">(b or 1, h, n, d)</param>
    /// <param name="bias">Added to the logits, broadcast to (b, h, l, n), fp32; or null.</param>
    /// <returns>(b, h, l, d)</returns>
    public static Tensor Scaled(Tensor q, Tensor k, Tensor v, Tensor? bias = null) => HeadAttention.Suits(q, k, v, bias)
        ? HeadAttention.Apply(q, k, v, bias)
        : F.scaled_dot_product_attention(q, k.expand(q.shape[0], -1, -1, -1), v.expand(q.shape[0], -1, -1, -1), bias);

    /// <summary>"b l (h d) -> b h l d" without copying.</summary>
    public static Tensor SplitHeads(Tensor x, long headDim) => x.Rearrange("b l (h d) -> b h l d", ('d', headDim));

    /// <summary>"b h l d -> b l (h d)".</summary>
    public static Tensor MergeHeads(Tensor x) => x.Rearrange("b h l d -> b l (h d)");

    /// <summary>What attention needs of a query or key projection: heads, RMS norm of each, rotation.</summary>
    /// <param name="x">(b, l, h·d)</param>
    /// <param name="norm">(d), fp32</param>
    /// <param name="rope">l rows; null: no rotation</param>
    /// <param name="tap">Name under which tests see the normed value before the rotation.</param>
    /// <returns>(b, h, l, d)</returns>
    public static Tensor NormRope(Tensor x, Tensor norm, RopeTable? rope, string tap)
    {
        long d = norm.shape[0];
        if (TensorMemory.Suits(d, HeadNormRope.Multiple, [x], norm, rope?.Cos, rope?.Sin))
            return NormedHeads(x, norm, rope);
        var normed = Norms.RmsNorm(SplitHeads(x, d), norm).Tap(tap);
        return rope is null ? normed : Rope.Apply(normed, rope);
    }

    /// <summary>The fused form of <see cref="NormRope"/>.</summary>
    internal static Tensor NormedHeads(Tensor x, Tensor norm, RopeTable? rope)
    {
        bool parameters = norm.requires_grad;
        return OwnGradient.Of(HeadNormRope.Apply(x, norm, rope?.Cos, rope?.Sin, heads: x.shape[^1] / norm.shape[0]), [x, norm], rope is null ? [x, norm] : [x, norm, rope.Cos, rope.Sin], (dy, saved) =>
        {
            var gradients = HeadNormRope.Backward(dy.contiguous(), saved[0], saved[1], saved.ElementAtOrDefault(2), saved.ElementAtOrDefault(3), parameters);
            return [gradients.X, gradients.Norm];
        });
    }
}
