using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

/// <summary>Rectified flow with a time shift: <c>x_σ = (1−σ)·x0 + σ·ε</c>, σ from 1 (noise) to 0 (picture).</summary>
public sealed class Flow
{
    /// <summary>How many σ the discrete table of the model holds.</summary>
    public const int TableSize = 1000;

    readonly float[] table = new float[TableSize];

    /// <summary>Makes the flow of a shift.</summary>
    /// <param name="shift">How strongly steps are moved towards noise; 1 moves nothing, Anima uses 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shift is not a positive number.</exception>
    public Flow(double shift = 3)
    {
        if (!(shift is > 0 and <= 1e6))
            throw new ArgumentOutOfRangeException(nameof(shift), shift, "The shift must be above 0 and at most 1,000,000; Anima uses 3.");
        Shift = shift;
        for (int i = 0; i < TableSize; i++) table[i] = ShiftedSingle((i + 1) / (float)TableSize);
    }

    /// <summary>The time shift <c>s</c> of <see cref="Shifted"/>.</summary>
    public double Shift { get; }

    /// <summary>σ of the times 1/1000, 2/1000, … 1, ascending, computed in single precision as other programs do.</summary>
    public IReadOnlyList<float> Table => table;

    /// <summary>The smallest σ of the table.</summary>
    public double SigmaMin => table[0];

    /// <summary>The largest σ of the table: 1.</summary>
    public double SigmaMax => table[^1];

    /// <summary>σ at the unshifted time <paramref name="t"/> in 0…1: <c>s·t / (1 + (s−1)·t)</c>.</summary>
    public double Shifted(double t) => Shift * t / (1 + (Shift - 1) * t);

    /// <summary>σ where the given share of sampling is done: 0 → 1, 1 → 0; shares outside 0…1 count as the nearer end.</summary>
    public double PercentToSigma(double percent) => percent <= 0 ? 1 : percent >= 1 ? 0 : Shifted(1 - percent);

    /// <summary>The time the network is told at <paramref name="sigma"/>: Anima's multiplier is 1, so σ itself.</summary>
    public static double Timestep(double sigma) => sigma;

    /// <summary>The state at σ between picture latents and noise, both [B, C, H, W]: <c>(1−σ)·x0 + σ·ε</c>.</summary>
    public static Tensor Mix(Tensor latents, Tensor noise, double sigma) => latents.Times(1 - sigma).Plus(noise.Times(sigma));

    /// <summary>What the network is trained to predict: <c>v = ε − x0</c>.</summary>
    public static Tensor Velocity(Tensor latents, Tensor noise) => noise - latents;

    /// <summary>The picture that a velocity points to: <c>x0 = x − σ·v</c>.</summary>
    public static Tensor Denoised(Tensor x, Tensor velocity, double sigma) => x - velocity.Times(sigma);

    /// <summary><see cref="Shifted"/> in single precision, operation by operation, for the schedules that are made so.</summary>
    internal float ShiftedSingle(float t) => Shift == 1 ? t : (float)Shift * t / (1 + (float)(Shift - 1) * t);

    /// <summary>Half the logarithm of the signal-to-noise ratio: <c>λ = ln((1−σ)/σ)</c>.</summary>
    internal static double HalfLogSnr(double sigma) => Math.Log((1 - sigma) / sigma);

    /// <summary>The σ of a <see cref="HalfLogSnr"/>: <c>1/(1 + e^λ)</c>.</summary>
    internal static double SigmaOf(double halfLogSnr) => 1 / (1 + Math.Exp(halfLogSnr));

    /// <summary>The list with a first σ of 1 moved where λ is finite; in single precision, since <c>1−σ</c> amplifies its rounding.</summary>
    internal double[] WithFiniteSnr(IReadOnlyList<double> sigmas)
    {
        if (sigmas[0] < 1) return [.. sigmas];
        double first = (float)Shifted(1 - 1e-4);
        // Thousands of steps, or an extreme shift, leave no room there.
        return [first > sigmas[1] && first < 1 ? first : (1 + sigmas[1]) / 2, .. sigmas.Skip(1)];
    }
}
