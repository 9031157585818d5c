using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

/// <summary>CFG++ (arXiv 2406.08070): the noise is estimated without guidance, the picture with it.</summary>
static partial class Samplers
{
    /// <summary>Euler's method with CFG++; ancestral where <paramref name="eta"/> is above 0.</summary>
    public static IEnumerable<SamplerStep> EulerPlusPlus(SamplerContext c, double eta)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1], alpha = 1 - sigma, nextAlpha = 1 - next;
            var (denoised, unconditional) = c.Predict(x, sigma, plusPlus: true);
            if (next == 0) x = denoised;
            else
            {
                var (down, up) = AncestralSplit((float)(sigma / alpha), (float)(next / nextAlpha), eta);
                x = denoised.Plus(Slope(x, unconditional.Times(alpha), sigma).Times(down)).Times(nextAlpha);
                if (eta > 0 && c.Options.NoiseScale > 0) x = x.Plus(c.Noise(sigma, next).Times(nextAlpha * up * c.Options.NoiseScale));
            }
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary><see cref="Dpmpp2m"/> with CFG++.</summary>
    public static IEnumerable<SamplerStep> Dpmpp2mPlusPlus(SamplerContext c)
    {
        var x = c.X;
        Tensor? previous = null;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1], share = next / sigma;
            var (denoised, unconditional) = c.Predict(x, sigma, plusPlus: true);
            x = denoised.Plus((x - unconditional).Times(share));
            if (previous is not null && next > 0) x = x.Plus((denoised - previous).Times((1 - share) * StepRatio(c.Sigmas, i) / 2));
            previous = unconditional;
            yield return c.Step(i, x, denoised, unconditional);
        }
    }

    /// <summary>DPM-Solver++(2S) with CFG++ and the classical ancestral step.</summary>
    /// <remarks>
    /// The guidance on the whole step is told from estimates of different states, as in ComfyUI up to 0.3.64: even without guidance it leaves
    /// the path of the flow. Pictures made so can only be repeated in the same way.
    /// </remarks>
    public static IEnumerable<SamplerStep> Dpmpp2sAncestralPlusPlus(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var (down, up) = AncestralSplit((float)sigma, (float)next, c.Options.Eta);
            var (denoised, unconditional) = c.Predict(x, sigma, plusPlus: true);
            if (down == 0) x = denoised;
            else
            {
                double middle = Math.Sqrt(sigma * down);
                var halfway = Interpolate(x.Plus(denoised - unconditional), denoised, middle / sigma);
                var (target, targetUnconditional) = c.Predict(halfway, middle, plusPlus: true);
                x = Interpolate(x.Plus(denoised - targetUnconditional), target, down / sigma);
            }
            if (next > 0) x = x.Plus(c.Noise(sigma, next).Times(up * c.Options.NoiseScale));
            yield return c.Step(i, x, denoised);
        }
    }
}
