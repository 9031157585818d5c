using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>Heun's method (arXiv 2206.00364, algorithm 1): the mean of the slopes at both ends of a step.</summary>
    public static IEnumerable<SamplerStep> Heun(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            var slope = Slope(x, denoised, sigma);
            if (next > 0)
            {
                var ahead = x.Plus(slope.Times(next - sigma));
                slope = slope.Plus(Slope(ahead, c.Predict(ahead, next), next)).Over(2);
            }
            x = x.Plus(slope.Times(next - sigma));
            yield return c.Step(i, x, denoised);
        }
    }

    /// <summary>Heun++ (github.com/Carzit/sd-webui-samplers-scheduler): up to two slopes ahead, weighted by their σ.</summary>
    public static IEnumerable<SamplerStep> HeunPlusPlus(SamplerContext c)
    {
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            var slopes = new List<Tensor> { Slope(x, denoised, sigma) };
            // The end of the schedule is never evaluated, so the last steps look less far ahead.
            int points = Math.Min(3, c.Count - i);
            var ahead = x;
            for (int k = 1; k < points; k++)
            {
                double from = c.Sigmas[i + k - 1], to = c.Sigmas[i + k];
                ahead = ahead.Plus(slopes[^1].Times(to - from));
                slopes.Add(Slope(ahead, c.Predict(ahead, to), to));
            }
            double[] shares = [.. Enumerable.Range(1, points - 1).Select(k => c.Sigmas[i + k] / (points * c.Sigmas[0]))];
            x = x.Plus(Combine(slopes, [1 - shares.Sum(), .. shares]).Times(next - sigma));
            yield return c.Step(i, x, denoised);
        }
    }
}
