using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

/// <summary>One file a family. Every sampler is a generator that yields after each step.</summary>
static partial class Samplers
{
    /// <summary>Euler's method; DDIM is the same for a flow.</summary>
    public static IEnumerable<SamplerStep> Euler(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            x = x + Slope(x, denoised, sigma) * (next - sigma);
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>Euler steps below the next σ, followed by fresh noise up to it, in the form for flows.</summary>
    public static IEnumerable<SamplerStep> EulerAncestral(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1], down = Downstep(sigma, next, c.Options.Eta);
            var denoised = c.Predict(x, sigma);
            x = next == 0 ? denoised : Interpolate(x, denoised, down / sigma);
            if (next > 0 && c.Options.Eta > 0) x = Renoise(c, x, sigma, next, down);
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>The derivative dx/dσ: <c>(x − denoised)/σ</c>.</summary>
    static Tensor Slope(Tensor x, Tensor denoised, double sigma) => (x - denoised) / sigma;

    /// <summary><c>share·x + (1 − share)·denoised</c>: the state at <c>share</c> of x's noise level.</summary>
    static Tensor Interpolate(Tensor x, Tensor denoised, double share) => x * share + denoised * (1 - share);

    /// <summary>The σ that an ancestral step of a flow goes down to before <see cref="Renoise"/>.</summary>
    static double Downstep(double sigma, double next, double eta) => next * (1 + (next / sigma - 1) * eta);

    /// <summary>Scales a state at <paramref name="down"/> and adds noise, so that it stands at <paramref name="next"/>.</summary>
    static Tensor Renoise(SamplerContext c, Tensor x, double sigma, double next, double down)
    {
        double scale = (1 - next) / (1 - down);
        return x * scale + c.Noise(sigma, next) * (c.Options.NoiseScale * Root(next * next - down * down * scale * scale));
    }

    /// <summary>A square root that takes a negative rounding error as 0.</summary>
    static double Root(double square) => Math.Sqrt(Math.Max(0, square));
}
