using static TorchSharp.torch;

namespace Animarium.Diffusion.Noise;

/// <summary>
/// A Brownian motion over σ that a seed determines, whichever steps it is asked for: a virtual Brownian tree (arXiv 2001.01328), equal to torchsde's.
/// No tree is kept: a position is found by halving the interval down to it.
/// </summary>
public sealed class BrownianTree
{
    const int PoolSize = 24;

    readonly ulong seed;
    readonly long[] shape;
    readonly double start, end;
    readonly int size;
    (double At, double[] Position) last;

    /// <summary>A motion between two noise levels.</summary>
    /// <param name="seed">All 64 bits count.</param>
    /// <param name="shape">What a position is shaped like.</param>
    /// <param name="sigmaMin">The lowest noise level above 0.</param>
    /// <param name="sigmaMax">The highest noise level.</param>
    /// <exception cref="ArgumentOutOfRangeException">The noise levels are no interval of at least 1e-6.</exception>
    public BrownianTree(ulong seed, long[] shape, double sigmaMin, double sigmaMax)
    {
        (this.seed, this.shape, start, end) = (seed, shape, Round(sigmaMin), Round(sigmaMax));
        if (!(start < end))
            throw new ArgumentOutOfRangeException(nameof(sigmaMax), sigmaMax, $"Brownian noise needs a largest noise level above the smallest, {sigmaMin}.");
        size = checked((int)shape.Aggregate(1L, (a, b) => a * b));
        last = (start, new double[size]);
    }

    /// <summary>Standard normal noise for the step between two noise levels: the motion's increment divided by the root of their distance.</summary>
    /// <param name="sigma">Where the step begins; outside of the interval counts as its nearer end.</param>
    /// <param name="sigmaNext">Where it ends.</param>
    /// <returns>fp32 on the CPU</returns>
    public Tensor Increment(double sigma, double sigmaNext)
    {
        double[] from = Position(sigma), to = Position(sigmaNext);
        double factor = 1 / Math.Sqrt(Math.Abs(sigmaNext - sigma));
        var increment = new float[size];
        for (int i = 0; i < size; i++) increment[i] = (float)((to[i] - from[i]) * factor);
        return tensor(increment, shape);
    }

    /// <summary>How far the motion has come from its start, in double precision: increments of short steps are small differences.</summary>
    double[] Position(double sigma)
    {
        double at = Math.Clamp(Round(sigma), start, end), low = start, high = end;
        // A step begins where the one before it ended.
        if (at == last.At) return last.Position;

        var noise = new float[size];
        Draw(SeedSequence.FirstWord(seed, [], PoolSize), noise);
        double[] position = new double[size], rest = new double[size];
        double root = Math.Sqrt(end - start);
        for (int i = 0; i < size; i++) rest[i] = noise[i] * root;

        // `rest` is the increment over [low, high], the interval that holds `at`; (key, depth) is its place in the tree.
        for (ulong key = 0, depth = 0; at > low && at < high; depth++)
        {
            Draw(SeedSequence.FirstWord(seed, [key, depth], PoolSize), noise);
            double middle = Round(0.5 * (high + low)), left = middle - low, right = high - middle;
            double share = left / (high - low), deviation = Math.Sqrt(left * right / (high - low));
            bool passed = at >= middle;
            for (int i = 0; i < size; i++)
            {
                double step = share * rest[i] + deviation * noise[i];
                if (passed) (position[i], rest[i]) = (position[i] + step, rest[i] - step);
                else rest[i] = step;
            }
            (low, high, key) = passed ? (middle, high, 2 * key + 1) : (low, middle, 2 * key);
        }
        if (at == high) for (int i = 0; i < size; i++) position[i] += rest[i];
        last = (at, position);
        return position;
    }

    static void Draw(uint seed, Span<float> noise) => new TorchGenerator(seed).Fill(noise);

    /// <summary>To six decimals as Python rounds: by the exact value, ties to even. Middles of rounded ends are ties half of the time.</summary>
    static double Round(double x)
    {
        double scaled = x * 1e6, lost = Math.FusedMultiplyAdd(x, 1e6, -scaled), nearest = Math.Round(scaled);
        if (Math.Abs(scaled - nearest) == 0.5 && lost != 0) nearest = lost > 0 ? Math.Ceiling(scaled) : Math.Floor(scaled);
        return nearest / 1e6;
    }
}
