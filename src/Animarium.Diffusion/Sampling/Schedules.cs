namespace Animarium.Diffusion.Sampling;

/// <summary>The noise levels of every schedule, high to low. Arithmetic in single precision, in the order that other programs use.</summary>
static class Schedules
{
    /// <summary>Every (1000/n)-th entry of the table, counted from its upper end.</summary>
    public static IEnumerable<float> Simple(Flow flow, int steps)
    {
        double stride = (double)Flow.TableSize / steps;
        return [.. Indices(steps).Select(i => flow.Table[^(1 + (int)(i * stride))]), 0];
    }

    /// <summary>A whole-numbered stride through the table from its second entry upwards: the list may be longer than asked for.</summary>
    public static IEnumerable<float> DdimUniform(Flow flow, int steps)
    {
        int stride = Math.Max(Flow.TableSize / steps, 1);
        return [.. flow.Table.Skip(1).Where((_, i) => i % stride == 0).Reverse(), 0];
    }

    /// <summary>Even in time between the ends of the table; the shift acts on ends that are shifted already.</summary>
    public static IEnumerable<float> Normal(Flow flow, int steps)
    {
        float start = flow.Table[^1], end = flow.Table[0];
        bool reachesZero = flow.ShiftedSingle(end) <= 1e-5;
        var sigmas = Linspace(start, end, reachesZero ? steps + 1 : steps).Select(flow.ShiftedSingle);
        return reachesZero ? sigmas : [.. sigmas, 0];
    }

    /// <summary><see cref="Normal"/> with the last σ before 0 left out.</summary>
    public static IEnumerable<float> SgmUniform(Flow flow, int steps) =>
        [.. Linspace(flow.Table[^1], flow.Table[0], steps + 1).SkipLast(1).Select(flow.ShiftedSingle), 0];

    /// <summary>Even in the 7th root of σ (arXiv 2206.00364, equation 5).</summary>
    public static IEnumerable<float> Karras(Flow flow, int steps)
    {
        const double rho = 7;
        double low = Math.Pow(flow.SigmaMin, 1 / rho), high = Math.Pow(flow.SigmaMax, 1 / rho);
        return [.. Linspace(0, 1, steps).Select(t => (float)Math.Pow((float)high + t * (float)(low - high), rho)), 0];
    }

    /// <summary>Even in the logarithm of σ.</summary>
    public static IEnumerable<float> Exponential(Flow flow, int steps) =>
        [.. Linspace((float)Math.Log(flow.SigmaMax), (float)Math.Log(flow.SigmaMin), steps).Select(s => (float)Math.Exp(s)), 0];

    /// <summary>Table entries at quantiles of a beta distribution (arXiv 2407.12173). Entries that repeat are dropped.</summary>
    public static IEnumerable<float> Beta(Flow flow, int steps, double alpha, double beta)
    {
        var distribution = new BetaDistribution(alpha, beta);
        var entries = Indices(steps).Select(i => (int)Math.Round(distribution.Quantile(1 - (double)i / steps) * (Flow.TableSize - 1)));
        return [.. entries.Distinct().Select(i => flow.Table[i]), 0];
    }

    /// <summary>Half of the steps in an even descent by 0.025, the others quadratic; the shift plays no part.</summary>
    public static IEnumerable<float> LinearQuadratic(Flow flow, int steps)
    {
        const double threshold = 0.025;
        if (steps == 1) return [(float)flow.SigmaMax, 0];
        int linear = steps / 2, quadratic = steps - linear;
        double bend = (linear - threshold * steps) / quadratic / quadratic;
        double a = bend / linear, b = threshold / linear - 2 * bend, c = a * linear * linear;
        return [.. Indices(steps).Select(i => (float)(1 - (i < linear ? i * threshold / linear : a * i * i + b * i + c)) * (float)flow.SigmaMax), 0];
    }

    /// <summary>Even in the arc tangent of σ (Align Your Steps, arXiv 2404.14507).</summary>
    public static IEnumerable<float> KlOptimal(Flow flow, int steps) => steps == 1
        ? [(float)flow.SigmaMax, 0]
        : [.. Indices(steps).Select(i => ArcTangent(flow, i / (float)(steps - 1))), 0];

    /// <summary>The list of the diffusers pipeline: 1, (n−1)/n, … 1/n, shifted once.</summary>
    public static IEnumerable<float> Linspace(Flow flow, int steps) =>
        [.. Indices(steps).Select(i => flow.ShiftedSingle((float)(1 - (double)i / steps))), 0];

    /// <summary>Forge's Beta: no table, so that the shift doesn't act on where the steps lie.</summary>
    public static IEnumerable<float> ForgeBeta(Flow flow, int steps)
    {
        var distribution = new BetaDistribution(0.6, 0.6);
        return [.. Indices(steps).Select(i => distribution.Quantile(steps == 1 ? 1 : 1 - i / (steps - 1.0)))
            .Select(x => (float)(flow.SigmaMin + x * (flow.SigmaMax - flow.SigmaMin))), 0];
    }

    /// <summary>Forge's KL Optimal: ends at the smallest σ of the table, not at 0.</summary>
    public static IEnumerable<float> ForgeKlOptimal(Flow flow, int steps) =>
        [.. Indices(steps + 1).Select(i => ArcTangent(flow, i / (float)steps))];

    /// <summary>A1111's and Forge's Uniform: even in time to 0, and 0 once more.</summary>
    public static IEnumerable<float> Uniform(Flow flow, int steps) =>
        [.. Linspace(Flow.TableSize - 1, 0, steps).Select(t => flow.ShiftedSingle(t / Flow.TableSize)), 0];

    /// <summary><c>tan((1−t)·arctan σ_max + t·arctan σ_min)</c>.</summary>
    static float ArcTangent(Flow flow, float t) =>
        (float)Math.Tan(t * (float)Math.Atan(flow.SigmaMin) + (1 - t) * (float)Math.Atan(flow.SigmaMax));

    /// <summary>Evenly spaced values computed from both ends, as torch.linspace does.</summary>
    static IEnumerable<float> Linspace(float start, float end, int count)
    {
        if (count == 1) return [start];
        float step = (end - start) / (count - 1);
        return Indices(count).Select(i => i < count / 2 ? start + step * i : end - step * (count - 1 - i));
    }

    static IEnumerable<int> Indices(int count) => Enumerable.Range(0, count);
}
