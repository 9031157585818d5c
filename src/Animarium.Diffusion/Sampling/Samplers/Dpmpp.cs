using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>DPM-Solver++(2M) (arXiv 2211.01095) in the classical form, which other programs use for flows, too.</summary>
    public static IEnumerable<SamplerStep> Dpmpp2m(SamplerContext c)
    {
        var x = c.X;
        Tensor? previous = null;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            var target = previous is null || next == 0 ? denoised : denoised.Plus((denoised - previous).Times(StepRatio(c.Sigmas, i) / 2));
            x = Interpolate(x, target, next / sigma);
            previous = denoised;
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>DPM-Solver++(2S), ancestral, in the form for flows: two evaluations, then fresh noise.</summary>
    public static IEnumerable<SamplerStep> Dpmpp2sAncestral(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1], down = Downstep(sigma, next, c.Options.Eta);
            var denoised = c.Predict(x, sigma);
            var target = denoised;
            if (down > 0)
            {
                // Halfway in λ, which has no finite value at σ = 1.
                double middle = sigma == 1 ? 0.9999 : Flow.SigmaOf((Flow.HalfLogSnr(sigma) + Flow.HalfLogSnr(down)) / 2);
                target = c.Predict(Interpolate(x, denoised, middle / sigma), middle);
            }
            x = Interpolate(x, target, down / sigma);
            if (next > 0 && c.Options.Eta > 0) x = Renoise(c, x, sigma, next, down);
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>The length of step <paramref name="i"/> as a multiple of the one before, in the logarithm of σ.</summary>
    static double StepRatio(IReadOnlyList<double> sigmas, int i) => Math.Log(sigmas[i] / sigmas[i + 1]) / Math.Log(sigmas[i - 1] / sigmas[i]);
}
