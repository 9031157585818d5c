namespace Animarium.Diffusion.Sampling;

/// <summary>
/// The weights of DEIS: integrals over a step in the time t of a variance-preserving process whose σ runs from 0.002 to 80.
/// Times and integrand are in single precision as in other programs: near σ = 0 their rounding reaches the weights.
/// </summary>
static class DeisWeights
{
    /// <summary>How many points the sum has that stands for an integral.</summary>
    const int Points = 10_000;

    static readonly float LogMin = MathF.Log(0.002f * 0.002f + 1), LogMax = MathF.Log(80f * 80f + 1);

    /// <summary>β grows linearly in t, from <see cref="BetaMin"/> at 0 by <see cref="BetaGrowth"/> until 1; t starts at 1e-3.</summary>
    static readonly float BetaGrowth = 2 * (LogMin / 1e-3f - LogMax) / (1e-3f - 1), BetaMin = LogMax - BetaGrowth / 2;

    /// <summary>The weights of the last <paramref name="order"/> slopes, newest first, in the step from σᵢ.</summary>
    public static double[] Of(IReadOnlyList<double> sigmas, int i, int order)
    {
        // The first order is Euler's method, not the integral.
        if (order == 1) return [sigmas[i + 1] - sigmas[i]];
        double[] times = [.. Enumerable.Range(i - order + 1, order + 1).Select(k => Time(sigmas[k]))];
        double from = times[^2], length = times[^1] - from;
        double[] nodes = [.. Enumerable.Range(0, order).Select(j => (times[^(2 + j)] - from) / length)];

        // Other programs put 10,000 points on both ends and between, but give each the width of a ten-thousandth:
        // the exact integral would be up to 3e-3 away from their weights.
        var moments = new double[order];
        for (int k = 0; k < Points; k++)
        {
            double r = (double)k / (Points - 1), term = Integrand((float)(from + r * length)) * length / Points;
            for (int p = 0; p < order; p++, term *= r) moments[p] += term;
        }
        return Lagrange.Weights(nodes, p => moments[p]);
    }

    static float Time(double sigma) => (MathF.Sqrt(BetaMin * BetaMin + 2 * BetaGrowth * MathF.Log((float)sigma * (float)sigma + 1)) - BetaMin) / BetaGrowth;

    /// <summary><c>−½·d ln ᾱ/dt / √(ᾱ(1−ᾱ))</c>.</summary>
    static float Integrand(float t)
    {
        float alpha = MathF.Exp(-t * t * BetaGrowth / 2 - t * BetaMin);
        return (BetaMin + BetaGrowth * t) / 2 / MathF.Sqrt(alpha * (1 - alpha));
    }
}
