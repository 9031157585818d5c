using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>
    /// Refined exponential solver (arXiv 2308.02157), second-order multistep, in the classical form that other programs use for flows, too.
    /// </summary>
    /// <param name="c">The run.</param>
    /// <param name="eta">How much of the noise is replaced. At 0 noise is still asked for, to stay in step with others who share its source.</param>
    /// <param name="plusPlus">Whether it moves from the unconditional estimate to the guided one (CFG++).</param>
    public static IEnumerable<SamplerStep> ResMultistep(SamplerContext c, double eta, bool plusPlus = false)
    {
        var x = c.X;
        Tensor? previous = null;
        double downBefore = 0;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var (down, up) = AncestralSplit((float)sigma, (float)next, eta);
            var (denoised, origin) = c.Predict(x, sigma, plusPlus);
            if (down == 0 || previous is null) x = denoised.Plus(Slope(x, origin, sigma).Times(down));
            else
            {
                // How far back the previous estimate lies, as a multiple of this step: measured from where its step came down to, before noise.
                double h = Math.Log(sigma / down), back = Math.Log(downBefore / c.Sigmas[i - 1]) / h;
                double weight = Exponential.Phi(2, -h) / back;
                var state = plusPlus ? x.Plus(denoised - origin) : x;
                x = state.Times(down / sigma).Plus(origin.Times(Exponential.Phi(1, -h) - weight).Plus(previous.Times(weight)).Times(h));
            }
            if (next > 0) x = x.Plus(c.Noise(sigma, next).Times(up * c.Options.NoiseScale));
            (previous, downBefore) = (origin, down);
            yield return c.Step(i, x, denoised, origin);
        }
    }
}
