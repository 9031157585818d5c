using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

static partial class Samplers
{
    /// <summary>Linear multistep: the polynomial through the last slopes, integrated over the step.</summary>
    public static IEnumerable<SamplerStep> Lms(SamplerContext c) =>
        Multistep(c, c.Options.Order ?? 4, (i, order) =>
            Scaled(c.Sigmas[i + 1] - c.Sigmas[i], Lagrange.Weights(Nodes(c.Sigmas, i, order), p => 1.0 / (p + 1))));

    /// <summary>Improved pseudo numerical methods (arXiv 2202.09778): Adams–Bashforth weights of equal steps, whatever the steps.</summary>
    public static IEnumerable<SamplerStep> Ipndm(SamplerContext c) =>
        Multistep(c, c.Options.Order ?? 4, (i, order) => Scaled(c.Sigmas[i + 1] - c.Sigmas[i], order switch
        {
            1 => [1],
            2 => [3 / 2.0, -1 / 2.0],
            3 => [23 / 12.0, -16 / 12.0, 5 / 12.0],
            _ => [55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0],
        }));

    /// <summary><see cref="Ipndm"/> with weights for steps of different length.</summary>
    public static IEnumerable<SamplerStep> IpndmVariable(SamplerContext c) =>
        Multistep(c, c.Options.Order ?? 4, (i, order) => Scaled(c.Sigmas[i + 1] - c.Sigmas[i], VariableWeights(c.Sigmas, i, order)));

    /// <summary>DEIS (arXiv 2204.13902, tAB): the polynomial in the time of a variance-preserving process.</summary>
    public static IEnumerable<SamplerStep> Deis(SamplerContext c) =>
        Multistep(c, c.Options.Order ?? 3, (i, order) => DeisWeights.Of(c.Sigmas, i, order));

    /// <summary>x moves by a weighted sum of the last slopes, newest first; a step to 0 takes the estimate.</summary>
    static IEnumerable<SamplerStep> Multistep(SamplerContext c, int order, Func<int, int, IEnumerable<double>> weights)
    {
        var x = c.X;
        var slopes = new List<Tensor>();
        for (int i = 0; i < c.Count; i++)
        {
            double sigma = c.Sigmas[i], next = c.Sigmas[i + 1];
            var denoised = c.Predict(x, sigma);
            Remember(slopes, Slope(x, denoised, sigma), order);
            x = next == 0 ? denoised : x.Plus(Combine(slopes, weights(i, slopes.Count)));
            yield return c.Step(i, x, denoised, slopes);
        }
    }

    static IEnumerable<double> Scaled(double factor, double[] weights) => weights.Select(w => w * factor);

    /// <summary>The places of the last slopes, newest first, on a scale where the step goes from 0 to 1.</summary>
    static double[] Nodes(IReadOnlyList<double> times, int i, int order) =>
        [.. Enumerable.Range(0, order).Select(j => (times[i - j] - times[i]) / (times[i + 1] - times[i]))];

    /// <summary>
    /// The weights in use since github.com/zju-pi/diff-sampler. From the third order on they aren't those of Adams–Bashforth: a bracket in
    /// <c>third</c> closes late, and steep schedules diverge. Pictures made so can only be repeated with the same weights.
    /// </summary>
    static double[] VariableWeights(IReadOnlyList<double> t, int i, int order)
    {
        if (order == 1) return [1];
        double h = t[i + 1] - t[i], h1 = t[i] - t[i - 1], r = h / h1;
        double[] second = [1 + r / 2, -r / 2];
        if (order == 2) return second;

        double h2 = t[i - 1] - t[i - 2], r1 = h1 / h2, length = h + h1;
        double third = (1 - h / (3 * length) * (h * length) / (h1 * (h1 + h2))) / 2;
        double[] withThird = [second[0] + third, second[1] - (1 + r1) * third, third * r1];
        if (order == 3) return withThird;

        double h3 = t[i - 2] - t[i - 3], q = h1 * (h1 + h2) / (h2 * (h2 + h3)), longer = length + h2;
        double fourth = ((1 - h / (3 * length)) / 2 + (1 - h / (2 * length)) * h / (6 * longer)) * (h * length * longer) / (h1 * (h1 + h2) * (h1 + h2 + h3));
        return [withThird[0] + fourth, withThird[1] - (1 + r1 + q) * fourth, withThird[2] + (r1 + q * (1 + h2 / h3)) * fourth, -fourth * q * r1];
    }
}
