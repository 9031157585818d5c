using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Parity.Sampling;

/// <summary>The exact posterior mean of a mixture of two Gaussians in every element of a rotated channel basis.</summary>
sealed class AnalyticDenoiser
{
    readonly Tensor mix, variance;
    readonly (Tensor Means, Tensor Logit) conditional, unconditional;

    public static AnalyticDenoiser Instance { get; } = new();

    AnalyticDenoiser()
    {
        using var file = SafeTensorsFile.Open(Reference.At("sampling", "denoiser.safetensors"));
        Tensor Read(string name) => file.Read(name).clone().DetachFromDisposeScope();
        mix = Read("mix");
        variance = Read("s2");
        conditional = (Read("mu_cond"), Read("logit_cond"));
        unconditional = (Read("mu_uncond"), Read("logit_uncond"));
    }

    public Tensor Conditional(Tensor x, double sigma) => Denoise(x, sigma, conditional);

    public Tensor Unconditional(Tensor x, double sigma) => Denoise(x, sigma, unconditional);

    public Denoiser Guided(double cfg, bool needsUnconditional) => (x, sigma) =>
    {
        var denoised = Conditional(x, sigma);
        if (cfg == 1 && !needsUnconditional) return new(denoised);
        var negative = Unconditional(x, sigma);
        return new(negative.Plus((denoised - negative).Times(cfg)), negative);
    };

    Tensor Denoise(Tensor x, double sigma, (Tensor Means, Tensor Logit) mixture)
    {
        double a = 1 - sigma;
        Tensor Channels(Tensor perChannel) => perChannel.reshape(1, -1, 1, 1);
        Tensor mean0 = Channels(mixture.Means.select(1, 0)), mean1 = Channels(mixture.Means.select(1, 1));
        var v = variance.Times(a * a).Plus(sigma * sigma);
        var h = einsum("oc,bchw->bohw", mix, x);
        Tensor off0 = h - mean0.Times(a), off1 = h - mean1.Times(a);
        var r = Channels(mixture.Logit).Plus((off1 * off1 - off0 * off0) / v.Times(2)).sigmoid();
        var gain = variance.Times(a) / v;
        return einsum("co,bchw->bohw", mix, (r * mean0.Plus(gain * off0)).Plus(1.0.Minus(r) * mean1.Plus(gain * off1)));
    }
}
