using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>DPM-Solver-2 in the manner of Karras: the slope at the geometric middle of a step.</summary>
    public static IEnumerable<SamplerStep> Dpm2(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            x = MidpointStep(c, x, denoised, sigma, next);
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary><see cref="Dpm2"/> with steps below the next σ, followed by fresh noise up to it.</summary>
    public static IEnumerable<SamplerStep> Dpm2Ancestral(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1], down = Downstep(sigma, next, c.Options.Eta);
            var denoised = c.Predict(x, sigma);
            x = MidpointStep(c, x, denoised, sigma, down);
            if (next > 0) x = Renoise(c, x, sigma, next, down);
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>From σ to <paramref name="next"/> along the slope at their geometric mean; to 0 or beyond along the slope at σ.</summary>
    static Tensor MidpointStep(SamplerContext c, Tensor x, Tensor denoised, double sigma, double next)
    {
        var slope = Slope(x, denoised, sigma);
        if (next > 0)
        {
            double middle = Math.Sqrt(sigma * next);
            var halfway = x.Plus(slope.Times(middle - sigma));
            slope = Slope(halfway, c.Predict(halfway, middle), middle);
        }
        return x.Plus(slope.Times(next - sigma));
    }
}
