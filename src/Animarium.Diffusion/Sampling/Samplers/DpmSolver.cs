using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>
    /// DPM-Solver-fast (arXiv 2206.00927): as many evaluations as there are steps, spent on steps of order 3, even in <c>t = −ln σ</c>. Ends
    /// at the last σ above 0, with that noise left in. Asks for noise after each step without using it, so as to stay in step with others
    /// who share its source.
    /// </summary>
    public static IEnumerable<SamplerStep> DpmFast(SamplerContext c)
    {
        int[] orders = (c.Count % 3) switch
        {
            0 => [.. Enumerable.Repeat(3, c.Count / 3 - 1), 2, 1],
            var rest => [.. Enumerable.Repeat(3, c.Count / 3), rest],
        };
        double start = -Math.Log(c.Sigmas[0]), length = (-Math.Log(LastAboveZero(c)) - start) / orders.Length;
        var x = c.X;
        for (int i = 0; i < orders.Length; i++)
        {
            double t = start + i * length, sigma = Math.Exp(-t), next = Math.Exp(-t - length);
            var denoised = c.Predict(x, sigma);
            x = DpmSolverStep(c, x, Slope(x, denoised, sigma), t, length, orders[i]).High;
            _ = c.Noise(sigma, next);
            yield return new(i, orders.Length, sigma, next, x, denoised);
        }
    }

    /// <summary>DPM-Solver-12 and -23 with steps as long as the difference between both orders allows. Ends as <see cref="DpmFast"/> does.</summary>
    public static IEnumerable<SamplerStep> DpmAdaptive(SamplerContext c)
    {
        const double relative = 0.05, absolute = 0.0078, safety = 0.81;
        // Steps below are taken whatever their error: a run must end, also one of numbers that no step can mend.
        const double shortest = 1e-3;
        int order = c.Options.Order is 2 ? 2 : 3, count = Math.Max(2, c.Count);
        double start = -Math.Log(c.Sigmas[0]), end = -Math.Log(LastAboveZero(c)), t = start, length = 0.05;
        Tensor x = c.X, low = x;
        do
        {
            double h = Math.Min(end - t, length), sigma = Math.Exp(-t), next = Math.Exp(-t - h);
            var denoised = c.Predict(x, sigma);
            var step = DpmSolverStep(c, x, Slope(x, denoised, sigma), t, h, order);
            var allowed = maximum(step.Low.abs(), low.abs()).Times(relative).AtLeast(absolute);
            double error = ((step.Low - step.High) / allowed).Squared().mean().to(float64).item<double>();
            double factor = 1 + Math.Atan(Math.Pow(1 / (Math.Sqrt(error) + 1e-8), 1.0 / order) - 1);
            bool accepted = factor >= safety || h <= shortest || !double.IsFinite(error);
            if (double.IsFinite(error)) length = Math.Max(shortest, length * factor);
            if (!accepted) continue;
            (x, low, t) = (step.High, step.Low, t + h);
            _ = c.Noise(sigma, next);
            int index = t < end - 1e-5 ? Math.Min(count - 2, (int)((t - start) / (end - start) * count)) : count - 1;
            yield return new(index, count, sigma, next, x, denoised) { Carried = [low] };
        }
        while (t < end - 1e-5);
    }

    static double LastAboveZero(SamplerContext c) => c.Sigmas[^1] > 0 ? c.Sigmas[^1] : c.Sigmas[^2];

    /// <summary>A step of <paramref name="order"/> 1–3 over <paramref name="h"/> in t, and the one of the order below that shares its evaluations.</summary>
    static (Tensor Low, Tensor High) DpmSolverStep(SamplerContext c, Tensor x, Tensor slope, double t, double h, int order)
    {
        double SigmaAt(double share) => Math.Exp(-t - share * h);
        double Span(double share) => SigmaAt(share) - SigmaAt(0);
        Tensor Euler(double share) => x.Plus(slope.Times(Span(share)));
        Tensor Change(Tensor state, double share) => Slope(state, c.Predict(state, SigmaAt(share)), SigmaAt(share)) - slope;
        Tensor Bent(double share, Tensor change, double at) => Euler(share) - change.Times(SigmaAt(share) * share / at * (Exponential.Phi(1, share * h) - 1));

        if (order == 1) return (x, Euler(1));
        double first = order == 2 ? 1 / 2.0 : 1 / 3.0;
        var change = Change(Euler(first), first);
        var second = Euler(1).Plus(change.Times(Span(1) / (2 * first)));
        if (order == 2) return (Euler(1), second);
        var ahead = Bent(2 / 3.0, change, first);
        return (second, Bent(1, Change(ahead, 2 / 3.0), 2 / 3.0));
    }
}
