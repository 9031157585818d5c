using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>DPM-Solver++ for SDEs: an ancestral step to the middle in λ, and one over the whole with the estimate from there.</summary>
    public static IEnumerable<SamplerStep> DpmppSde(SamplerContext c)
    {
        var sigmas = c.Flow.WithFiniteSnr(c.Sigmas);
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = sigmas[i], next = sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            if (next == 0) x = denoised;
            else
            {
                double middle = Flow.SigmaOf((Flow.HalfLogSnr(sigma) + Flow.HalfLogSnr(next)) / 2);
                var halfway = ScaledAncestralStep(c, x, denoised, sigma, middle);
                x = ScaledAncestralStep(c, x, c.Predict(halfway, middle), sigma, next);
            }
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>DPM-Solver++(2M) for SDEs. The second order comes from the change of estimates, as midpoint or Heun's rule.</summary>
    public static IEnumerable<SamplerStep> Dpmpp2mSde(SamplerContext c, bool heun)
    {
        var sigmas = c.Flow.WithFiniteSnr(c.Sigmas);
        var x = c.X;
        Tensor? previous = null;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = sigmas[i], next = sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            if (next == 0) x = denoised;
            else
            {
                var step = new SnrStep(sigma, next, c.Options.Eta);
                x = x.Times(step.Keep).Plus(denoised.Times(step.Gain * step.Phi(1)));
                if (previous is not null)
                    x = x.Plus((denoised - previous).Times(step.Gain * (heun ? step.Phi(2) : step.Phi(1) / 2) * step.Length / SnrLength(sigmas, i - 1)));
                x = AddNoise(c, x, step);
            }
            previous = denoised;
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>DPM-Solver++(3M) for SDEs: the third order comes from second differences of the estimates.</summary>
    public static IEnumerable<SamplerStep> Dpmpp3mSde(SamplerContext c)
    {
        var sigmas = c.Flow.WithFiniteSnr(c.Sigmas);
        var x = c.X;
        var estimates = new List<Tensor>();
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = sigmas[i], next = sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            Remember(estimates, denoised, 3);
            if (next == 0) x = denoised;
            else
            {
                var step = new SnrStep(sigma, next, c.Options.Eta);
                x = x.Times(step.Keep).Plus(denoised.Times(step.Gain * step.Phi(1)));
                if (estimates.Count > 1)
                {
                    double near = SnrLength(sigmas, i - 1) / step.Length;
                    var change = (denoised - estimates[1]).Over(near);
                    if (estimates.Count > 2)
                    {
                        double far = SnrLength(sigmas, i - 2) / step.Length;
                        var bend = (change - (estimates[1] - estimates[2]).Over(far)).Over(near + far);
                        change = change.Plus(bend.Times(near));
                        x = x.Plus(bend.Times(step.Gain * step.Phi(3)));
                    }
                    x = x.Plus(change.Times(step.Gain * step.Phi(2)));
                }
                x = AddNoise(c, x, step);
            }
            yield return c.Step(i, x, denoised, estimates);
        }
    }

    static double SnrLength(double[] sigmas, int i) => new SnrStep(sigmas[i], sigmas[i + 1], 0).Length;

    /// <summary>A classical ancestral step of <c>x/α</c>, whose noise level is <c>σ/α = e^−λ</c>.</summary>
    static Tensor ScaledAncestralStep(SamplerContext c, Tensor x, Tensor denoised, double sigma, double next)
    {
        double alpha = 1 - sigma, nextAlpha = 1 - next;
        // By way of λ as elsewhere, since the split keeps its rounding.
        static float Level(double sigma) => MathF.Exp(MathF.Log((float)sigma / (1 - (float)sigma)));
        var (down, up) = AncestralSplit(Level(sigma), Level(next), c.Options.Eta);
        var scaled = Interpolate(x.Over(alpha), denoised, down * alpha / sigma);
        if (c.Options is { Eta: > 0, NoiseScale: > 0 }) scaled = scaled.Plus(c.Noise(sigma, next).Times(up * c.Options.NoiseScale));
        return scaled.Times(nextAlpha);
    }

    /// <summary>Adds the noise of an SDE's step, and asks for none where there is none.</summary>
    static Tensor AddNoise(SamplerContext c, Tensor x, SnrStep step) =>
        step.Eta > 0 && c.Options.NoiseScale > 0 ? x.Plus(c.Noise(step.Sigma, step.Next).Times(step.Spread * c.Options.NoiseScale)) : x;
}
