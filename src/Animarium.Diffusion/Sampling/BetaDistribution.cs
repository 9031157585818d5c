namespace Animarium.Diffusion.Sampling;

/// <summary>Beta(α, β) on 0…1 through the continued fraction of the incomplete beta function.</summary>
sealed class BetaDistribution
{
    readonly double alpha, beta, complete;

    public BetaDistribution(double alpha, double beta)
    {
        (this.alpha, this.beta) = (alpha, beta);
        // The lower and the upper part of the integral, split anywhere, make up B(α, β).
        double split = alpha / (alpha + beta);
        complete = LowerPart(split, alpha, beta) + LowerPart(1 - split, beta, alpha);
    }

    /// <summary>The share of the distribution below <paramref name="x"/>.</summary>
    public double Cumulative(double x) => x <= 0 ? 0 : x >= 1 ? 1
        : x < (alpha + 1) / (alpha + beta + 2) ? LowerPart(x, alpha, beta) / complete
        : 1 - LowerPart(1 - x, beta, alpha) / complete;

    /// <summary>The x with the share <paramref name="q"/> below it; shares outside 0…1 count as the nearer end.</summary>
    public double Quantile(double q)
    {
        if (q <= 0) return 0;
        if (q >= 1) return 1;
        // The upper half is the lower half of the mirrored distribution: 1−x keeps its digits there.
        if (q > Cumulative(0.5)) return 1 - new BetaDistribution(beta, alpha).LowerQuantile(1 - q);
        return LowerQuantile(q);
    }

    /// <summary>Newton's method, kept inside a shrinking bracket, from the leading term of the series at 0.</summary>
    double LowerQuantile(double q)
    {
        double low = 0, high = 1, x = Math.Clamp(Math.Pow(q * alpha * complete, 1 / alpha), 0, 0.5);
        for (int i = 0; i < 100; i++)
        {
            double excess = Cumulative(x) - q;
            if (excess > 0) high = x;
            else low = x;
            double density = Math.Pow(x, alpha - 1) * Math.Pow(1 - x, beta - 1) / complete, next = x - excess / density;
            if (!(next > low && next < high)) next = (low + high) / 2;
            if (Math.Abs(next - x) <= 1e-15 * x) return next;
            x = next;
        }
        return x;
    }

    /// <summary><c>∫₀ˣ tᵃ⁻¹(1−t)ᵇ⁻¹ dt</c> by Lentz's method; converges fast for <c>x &lt; (a+1)/(a+b+2)</c>.</summary>
    static double LowerPart(double x, double a, double b)
    {
        double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), fraction = d;
        for (int m = 1; m < 500; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / (1 + even * d);
            c = 1 + even / c;
            fraction *= c * d;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / (1 + odd * d);
            c = 1 + odd / c;
            fraction *= c * d;
            if (Math.Abs(c * d - 1) < 1e-16) break;
        }
        return Math.Pow(x, a) * Math.Pow(1 - x, b) / a * fraction;
    }
}
