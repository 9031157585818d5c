using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>SEEDS-2 (arXiv 2305.14267): the estimate from the middle of a step in λ stands for the whole.</summary>
    public static IEnumerable<SamplerStep> Seeds2(SamplerContext c) => Seeds(c, c.Options.Eta, [1 / 2.0, 1], order: 1);

    /// <summary>SEEDS-3: two stages within a step.</summary>
    public static IEnumerable<SamplerStep> Seeds3(SamplerContext c) => Seeds(c, c.Options.Eta, [1 / 3.0, 2 / 3.0, 1], order: 2);

    /// <summary>Exponential Heun on estimates of x0: the stage lies at the end of the step.</summary>
    public static IEnumerable<SamplerStep> ExponentialHeun(SamplerContext c, double eta) => Seeds(c, eta, [1, 1], order: 2);

    /// <summary>Exponential Runge–Kutta steps in half-logSNR; the noise of a stage goes on into the next ones.</summary>
    /// <param name="c">The run.</param>
    /// <param name="eta">How much of the noise is replaced.</param>
    /// <param name="stages">Where the stages lie, as shares of a step; the last is its end.</param>
    /// <param name="order">Which φ weighs the latest stage's estimate: 1 or 2.</param>
    static IEnumerable<SamplerStep> Seeds(SamplerContext c, double eta, double[] stages, int order)
    {
        var sigmas = c.Flow.WithFiniteSnr(c.Sigmas);
        bool noisy = eta > 0 && c.Options.NoiseScale > 0;
        var x = c.X;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = sigmas[i], next = sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            if (next == 0) x = denoised;
            else
            {
                double start = Flow.HalfLogSnr(sigma), length = Flow.HalfLogSnr(next) - start, share = 0, level = sigma;
                Tensor state = x, latest = denoised;
                Tensor? noise = null;
                foreach (double to in stages)
                {
                    if (share > 0) latest = c.Predict(state, level);
                    double target = to == 1 ? next : Flow.SigmaOf(start + to * length);
                    var step = new SnrStep(sigma, target, eta);
                    double weight = share == 0 ? 0 : order == 1 ? step.Phi(1) * to / (2 * share) : step.Phi(2) * to / share;
                    state = x.Times(step.Keep).Plus(denoised.Times(step.Phi(1) - weight).Plus(latest.Times(weight)).Times(step.Gain));
                    if (noisy)
                    {
                        double kept = Math.Exp((share - to) * length * eta);
                        var fresh = c.Noise(level, target).Times(Root(1 - kept * kept));
                        noise = noise is null ? fresh : noise.Times(kept).Plus(fresh);
                        state = state.Plus(noise.Times(target * c.Options.NoiseScale));
                    }
                    (share, level) = (to, target);
                }
                x = state;
            }
            yield return c.Step(i, x, denoised);
        }
    }
}
