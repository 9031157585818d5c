using Animarium.Diffusion.Gradients;
using Animarium.Diffusion.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Tensors;

/// <summary>
/// Normalisations and what follows them. Statistics and the affine part are fp32, whatever type the activations have. Each is one fused pass where the
/// tensors' memory allows, else the plain form.
/// </summary>
public static class Norms
{
    /// <summary>The ε of every RMS and layer norm of Anima and Qwen3.</summary>
    public const double Epsilon = 1e-6;

    /// <summary>x / √(mean(x²) + ε) · weight over the last dimension (Zhang and Sennrich 2019).</summary>
    /// <param name="x">(…, d)</param>
    /// <param name="weight">(d), fp32</param>
    /// <returns>As <paramref name="x"/>.</returns>
    public static Tensor RmsNorm(Tensor x, Tensor weight)
    {
        if (TensorMemory.Suits(x.shape[^1], HeadNormRope.Multiple, [x], weight))
            return Attention.NormedHeads(x.view(1, -1, x.shape[^1]), weight, null).view(x.shape);
        var wide = x.to(float32);
        return (wide * wide.Squared().mean([-1], keepdim: true).Plus(Epsilon).rsqrt() * weight).to(x.dtype);
    }

    /// <summary>LayerNorm(x) · (1 + scale) + shift, without learned affine (adaLN-Zero, Peebles and Xie 2022, section 3.2).</summary>
    /// <param name="x">(b, l, d)</param>
    /// <param name="shift">(b or 1, d), fp32</param>
    /// <param name="scale">(b or 1, d), fp32</param>
    /// <returns>As <paramref name="x"/>.</returns>
    public static Tensor LayerNormModulate(Tensor x, Tensor shift, Tensor scale)
    {
        if (TensorMemory.Suits(x.shape[^1], ModulatedNorm.Multiple, [x], shift, scale))
        {
            bool parameters = shift.requires_grad || scale.requires_grad;
            return OwnGradient.Of(ModulatedNorm.Apply(x, shift, scale), [x, shift, scale], [x, scale], (dy, saved) =>
            {
                var gradients = ModulatedNorm.Backward(dy.contiguous(), saved[0], saved[1], parameters);
                return [gradients.X, gradients.Shift, gradients.Scale];
            });
        }
        var normed = F.layer_norm(x.to(float32), [x.shape[^1]], eps: Epsilon);
        return (normed * scale.unsqueeze(1).Plus(1)).Plus(shift.unsqueeze(1)).to(x.dtype);
    }

    /// <summary>x + gate · y.</summary>
    /// <param name="x">(b, l, d)</param>
    /// <param name="gate">(b or 1, d), fp32</param>
    /// <param name="y">(b, l, d)</param>
    /// <returns>As <paramref name="x"/>.</returns>
    public static Tensor GatedResidual(Tensor x, Tensor gate, Tensor y)
    {
        if (!TensorMemory.Suits(x.shape[^1], ModulatedNorm.Multiple, [x, y], gate)) return x.Plus(gate.unsqueeze(1) * y).to(x.dtype);
        return OwnGradient.Of(ModulatedNorm.AddGated(x, gate, y), [x, gate, y], gate.requires_grad ? [gate, y] : [gate], (dy, saved) =>
        {
            var gradients = ModulatedNorm.AddGatedBackward(dy.contiguous(), saved[0], saved.ElementAtOrDefault(1));
            return [dy, gradients.Gate, gradients.Y];
        });
    }

    /// <summary>x / max(‖x‖₂, 1e-12) · √c · γ over the channels of a picture: the Wan VAE's norm, which has neither mean nor ε inside the root.</summary>
    /// <param name="x">(b, c, h, w)</param>
    /// <param name="gamma">(c), fp32</param>
    /// <returns>As <paramref name="x"/>.</returns>
    public static Tensor ChannelNorm(Tensor x, Tensor gamma)
    {
        if (FusedChannelNorm(x, gamma, silu: false) is { } fused) return fused;
        var wide = x.to(float32);
        var length = wide.norm(1, keepdim: true).AtLeast(1e-12);
        return (wide / length).mul_(gamma.Times(Math.Sqrt(x.shape[1])).view(-1, 1, 1)).to(x.dtype);
    }

    /// <summary>SiLU of <see cref="ChannelNorm"/>.</summary>
    /// <param name="x">(b, c, h, w)</param>
    /// <param name="gamma">(c), fp32</param>
    /// <param name="tap">Name under which tests see the normed value.</param>
    public static Tensor ChannelNormSilu(Tensor x, Tensor gamma, string tap) =>
        FusedChannelNorm(x, gamma, silu: true) ?? F.silu(ChannelNorm(x, gamma).Tap(tap));

    static Tensor? FusedChannelNorm(Tensor x, Tensor gamma, bool silu)
    {
        var pixels = x.permute(0, 2, 3, 1);
        return TensorMemory.Suits(pixels.shape[^1], Kernels.ChannelNorm.Multiple, [pixels], gamma) && !OwnGradient.Wanted(pixels, gamma)
            ? Kernels.ChannelNorm.Apply(pixels, gamma, silu).permute(0, 3, 1, 2)
            : null;
    }
}
