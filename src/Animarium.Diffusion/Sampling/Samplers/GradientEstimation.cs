using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>Euler's method that overshoots by the change of the slope (arXiv 2306.04848, section 4).</summary>
    /// <param name="c">The run.</param>
    /// <param name="plusPlus">Whether it moves from the unconditional estimate to the guided one (CFG++).</param>
    public static IEnumerable<SamplerStep> GradientEstimation(SamplerContext c, bool plusPlus = false)
    {
        var x = c.X;
        Tensor? previous = null;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var (denoised, origin) = c.Predict(x, sigma, plusPlus);
            var slope = Slope(x, origin, sigma);
            x = next == 0 ? denoised : denoised.Plus(slope.Times(next));
            if (next > 0 && previous is not null) x = x.Plus((slope - previous).Times((c.Options.Gamma - 1) * (next - sigma)));
            previous = slope;
            yield return c.Step(i, x, denoised, slope);
        }
    }
}
