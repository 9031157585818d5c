using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>
    /// SA-Solver (arXiv 2309.05019): Adams predictor and corrector for SDEs in half-logSNR. A prediction is corrected with the estimate made
    /// from it, its noise kept.
    /// </summary>
    /// <param name="c">The run.</param>
    /// <param name="evaluateTwice">Whether the corrected state is evaluated again (PECE).</param>
    public static IEnumerable<SamplerStep> SaSolver(SamplerContext c, bool evaluateTwice)
    {
        var o = c.Options;
        var sigmas = c.Flow.WithFiniteSnr(c.Sigmas);
        int remembered = Math.Max(o.PredictorOrder, o.CorrectorOrder);
        // Near the end of a schedule that reaches 0, lower orders are more stable.
        int Lowered(int order, int known, int left) => Math.Min(Math.Min(order, known), sigmas[^1] == 0 ? left : order);
        bool IsNoisy(double sigma) => sigma <= c.Flow.PercentToSigma(o.Tau.Start) && sigma >= c.Flow.PercentToSigma(o.Tau.End);

        Tensor x = c.X, predicted = x;
        Tensor? noise = null;
        var estimates = new List<Tensor>();
        double tau = 0;
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = sigmas[i], next = sigmas[i + 1];
            var denoised = c.Predict(predicted, sigma);
            Remember(estimates, denoised, remembered);

            int order = i == 0 || next == 0 && !evaluateTwice ? 0 : Lowered(o.CorrectorOrder, estimates.Count, c.Count - i);
            if (order == 0) x = predicted;
            else
            {
                x = AdamsStep(x, estimates, sigmas, i, order, sigmas[i - 1], sigma, tau, o.SimpleOrder2);
                if (noise is not null) x = x.Plus(noise);
                if (evaluateTwice) estimates[0] = denoised = c.Predict(x, sigma);
            }

            noise = null;
            if (next == 0) predicted = denoised;
            else
            {
                tau = IsNoisy(next) ? Math.Max(0, o.Tau.Eta) : 0;
                order = Lowered(o.PredictorOrder, estimates.Count, c.Count - 1 - i);
                predicted = AdamsStep(x, estimates, sigmas, i, order, sigma, next, tau, o.SimpleOrder2);
                if (tau > 0 && o.NoiseScale > 0)
                {
                    noise = c.Noise(sigma, next).Times(new SnrStep(sigma, next, tau * tau).Spread * o.NoiseScale);
                    predicted = predicted.Plus(noise);
                }
            }
            yield return c.Step(i, predicted, denoised, noise is null ? [x, .. estimates] : [x, noise, .. estimates]);
        }
    }

    /// <summary>From <paramref name="from"/> to <paramref name="to"/> with the polynomial through the last estimates, the newest of them at σᵢ.</summary>
    static Tensor AdamsStep(Tensor x, List<Tensor> estimates, double[] sigmas, int i, int order, double from, double to, double tau, bool simple)
    {
        var step = new SnrStep(from, to, tau * tau);
        // On this scale the step goes from 0 to 1, so the newest estimate lies at 0 in a predictor and at 1 in a corrector.
        double[] nodes = [.. Enumerable.Range(0, order).Select(j => (Flow.HalfLogSnr(sigmas[i - j]) - Flow.HalfLogSnr(from)) / step.Length)];
        // ∫ e^{Z(1−r)} rᵖ dr = p!·φₚ₊₁(Z)
        double[] weights = Lagrange.Weights(nodes, p => Exponential.Factorial(p) * step.Phi(p + 1));
        if (simple && order == 2)
        {
            // Appendix D of the paper: the slope between both estimates is held over half the step.
            double slope = 0.5 / (nodes[0] - nodes[1]);
            weights = nodes[0] == 1 ? [slope, step.Phi(1) - slope] : [step.Phi(1) + slope, -slope];
        }
        return x.Times(step.Keep).Plus(Combine(estimates, weights).Times(step.Gain));
    }
}
