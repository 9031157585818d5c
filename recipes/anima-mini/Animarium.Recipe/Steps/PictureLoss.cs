using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Recipe.Steps;

/// <summary>How far a decoded picture is from the true one.</summary>
internal static class PictureLoss
{
    /// <summary>Pictures in −1 … 1 span 2.</summary>
    const double Span = 2;

    /// <summary>L1 + MSE.</summary>
    public static Tensor Values(Tensor picture, Tensor truth)
    {
        var d = picture - truth;
        return d.abs().mean().Plus(d.Squared().mean());
    }

    /// <summary>L1 of the differences between neighbours, along rows and columns: edges stay sharp.</summary>
    public static Tensor Edges(Tensor picture, Tensor truth)
    {
        var d = picture - truth;
        return d.diff(dim: 2).abs().mean().Plus(d.diff(dim: 3).abs().mean());
    }

    /// <summary>The peak signal-to-noise ratio of each picture in dB, both of 0 … 255 after rounding to what a file holds.</summary>
    /// <returns>One number for each picture.</returns>
    public static double[] Psnr(Tensor picture, Tensor truth)
    {
        using var scope = NewDisposeScope();
        var error = (picture.to(float32).Between(-1, 1) - truth).Squared().mean([1, 2, 3]);
        return [.. error.cpu().data<float>().Select(e => 10 * Math.Log10(Span * Span / Math.Max(e, 1e-9)))];
    }
}
