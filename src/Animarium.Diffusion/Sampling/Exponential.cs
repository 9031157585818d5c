namespace Animarium.Diffusion.Sampling;

/// <summary>The functions of exponential integrators, which solve the linear part of an equation exactly.</summary>
static class Exponential
{
    /// <summary><c>φ₀(z) = eᶻ</c>, <c>φₖ(z) = (φₖ₋₁(z) − 1/(k−1)!)/z</c>; near 0 by its series, where the difference would cancel.</summary>
    public static double Phi(int k, double z)
    {
        if (Math.Abs(z) >= 1) return k == 0 ? Math.Exp(z) : (Phi(k - 1, z) - 1 / Factorial(k - 1)) / z;
        double sum = 0, term = 1 / Factorial(k);
        for (int j = 1; j <= 20; j++)
        {
            sum += term;
            term *= z / (k + j);
        }
        return sum;
    }

    /// <summary>k! for the small k of solver orders.</summary>
    public static double Factorial(int k) => k < 2 ? 1 : k * Factorial(k - 1);
}

/// <summary>
/// A step of the reverse SDE between two noise levels, its linear part solved exactly in half-logSNR λ (DPM-Solver++, arXiv 2211.01095):
/// <c>x' = Keep·x + Gain·(Σ φ-weighted estimates) + Spread·noise</c>.
/// </summary>
/// <param name="Sigma">Where it begins, below 1.</param>
/// <param name="Next">Where it ends, above 0.</param>
/// <param name="Eta">How much of the noise is replaced: 0 follows the ODE, 1 the usual SDE.</param>
readonly record struct SnrStep(double Sigma, double Next, double Eta)
{
    /// <summary>The length in λ.</summary>
    public double Length => Flow.HalfLogSnr(Next) - Flow.HalfLogSnr(Sigma);

    /// <summary>The argument of φ.</summary>
    public double Z => -Length * (1 + Eta);

    /// <summary>The factor on the state.</summary>
    public double Keep => Next / Sigma * Math.Exp(-Eta * Length);

    /// <summary>The factor on estimates: <c>Gain·φ₁(Z)·denoised</c> is the first-order step.</summary>
    public double Gain => -(1 - Next) * Z;

    /// <summary>The standard deviation of the noise that comes in.</summary>
    public double Spread => Next * Math.Sqrt(1 - Math.Exp(-2 * Eta * Length));

    /// <summary><c>φₖ(Z)</c>.</summary>
    public double Phi(int k) => Exponential.Phi(k, Z);
}
