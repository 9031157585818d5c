using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>
    /// UniPC (arXiv 2302.04867) up to order 3: each prediction is corrected with the estimate made from it. It takes σ for the noise of a
    /// picture that keeps its size, as other programs do.
    /// </summary>
    /// <param name="c">The run.</param>
    /// <param name="bh2">Which B(h) the paper's shortened second order uses: <c>e^h − 1</c> instead of h.</param>
    public static IEnumerable<SamplerStep> UniPc(SamplerContext c, bool bh2)
    {
        // A logarithmic scale has no 0. Those who end at 0.001 instead also rescale the result as one that has noise left in it.
        const double end = 0.001;
        bool reachesZero = c.Sigmas[^1] == 0;
        double[] sigmas = reachesZero ? [.. c.Sigmas.SkipLast(1), Math.Min(end, c.Sigmas[^2] / 2)] : [.. c.Sigmas];
        int highest = Math.Clamp(c.Count - 1, 1, 3);
        int Order(int i) => i < highest ? i : Math.Min(highest, c.Count + 1 - i);

        Tensor x = c.X, predicted = x;
        var estimates = new List<Tensor>();
        for (int i = 0; i < c.Count; i++)
        {
            var denoised = c.Predict(predicted, sigmas[i]);
            x = i == 0 ? predicted : UniPcStep(x, estimates, sigmas, i, Order(i), bh2, denoised);
            Remember(estimates, denoised, highest);
            predicted = UniPcStep(x, estimates, sigmas, i + 1, Order(i + 1), bh2);
            if (reachesZero && i == c.Count - 1) predicted = predicted.Over(1 - sigmas[^1]);
            yield return c.Step(i, predicted, denoised, [x, .. estimates]);
        }
    }

    /// <summary>From σᵢ₋₁ to σᵢ with the last estimates, newest first; a corrector also has the one at σᵢ.</summary>
    static Tensor UniPcStep(Tensor x, List<Tensor> estimates, double[] sigmas, int i, int order, bool bh2, Tensor? reached = null)
    {
        double start = sigmas[i - 1], length = Math.Log(start / sigmas[i]), z = -length;
        var nodes = Enumerable.Range(1, order - 1).Select(k => Math.Log(start / sigmas[i - 1 - k]) / length).ToList();
        var changes = nodes.Select((node, k) => (estimates[k + 1] - estimates[0]).Over(node)).ToList();
        if (reached is not null)
        {
            nodes.Add(1);
            changes.Add(reached - estimates[0]);
        }

        x = Interpolate(x, estimates[0], sigmas[i] / start);
        if (nodes.Count == 0) return x;
        double[] weights = nodes.Count == 1
            ? [(bh2 ? Math.Exp(z) - 1 : z) / 2]
            : Lagrange.Weights(nodes, p => Exponential.Factorial(p + 1) * z * Exponential.Phi(p + 2, z));
        return x - Combine(changes, weights);
    }
}
