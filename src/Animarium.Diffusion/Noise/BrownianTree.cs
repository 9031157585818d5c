using Animarium.Diffusion.Kernels;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Noise;

/// <summary>
/// A Brownian motion over σ that a seed determines, whichever steps it is asked for: a virtual Brownian tree (arXiv 2001.01328), equal to torchsde's
/// down to the rounding. No tree is kept: an increment is found by halving the interval down to its ends.
/// </summary>
public sealed class BrownianTree
{
    const int PoolSize = 24;

    readonly ulong seed;
    readonly long[] shape;
    readonly double start, end;

    /// <summary>A motion between two noise levels.</summary>
    /// <param name="seed">All 64 bits count.</param>
    /// <param name="shape">What an increment is shaped like.</param>
    /// <param name="sigmaMin">The lowest noise level above 0.</param>
    /// <param name="sigmaMax">The highest noise level.</param>
    /// <exception cref="ArgumentOutOfRangeException">The noise levels are no interval of at least 1e-6.</exception>
    public BrownianTree(ulong seed, long[] shape, double sigmaMin, double sigmaMax)
    {
        (this.seed, this.shape, start, end) = (seed, shape, Round(sigmaMin), Round(sigmaMax));
        if (!(start < end))
            throw new ArgumentOutOfRangeException(nameof(sigmaMax), sigmaMax, $"Brownian noise needs a largest noise level above the smallest, {sigmaMin}.");
    }

    /// <summary>Standard normal noise for the step between two noise levels: the motion's increment divided by the root of their distance.</summary>
    /// <param name="sigma">Where the step begins; outside of the interval counts as its nearer end.</param>
    /// <param name="sigmaNext">Where it ends, at another noise level.</param>
    /// <returns>fp32 on the CPU</returns>
    public unsafe Tensor Increment(double sigma, double sigmaNext)
    {
        var result = zeros(shape, float32);
        var sum = new Span<float>(result.Address(), checked((int)result.numel()));
        var w = new float[sum.Length];
        Draw(w, []);
        for (int i = 0; i < w.Length; i++) w[i] *= (float)Math.Sqrt(end - start);
        // Both ends may lie outside of the interval on the same side: nothing moves there.
        double from = Inside(Math.Min(sigma, sigmaNext)), to = Inside(Math.Max(sigma, sigmaNext));
        if (from < to) Add(new(start, end, Key: 0, Depth: 0), w, from, to, sum);

        // The motion runs from low to high σ, a step from high to low.
        float length = MathF.Sqrt(MathF.Abs((float)sigmaNext - (float)sigma));
        if (sigma > sigmaNext) length = -length;
        foreach (ref float number in sum) number /= length;
        return result;
    }

    /// <summary>Adds what the motion does between <paramref name="from"/> and <paramref name="to"/> within an interval.</summary>
    /// <param name="interval">The interval; it overlaps from … to.</param>
    /// <param name="w">What the motion does over the whole interval; used up.</param>
    /// <param name="from">The lower end of what is asked for.</param>
    /// <param name="to">The upper end.</param>
    /// <param name="sum">Where it is added.</param>
    void Add(Interval interval, float[] w, double from, double to, Span<float> sum)
    {
        var (low, high, key, depth) = interval;
        if (from <= low && to >= high)
        {
            for (int i = 0; i < w.Length; i++) sum[i] += w[i];
            return;
        }
        double middle = Round(0.5 * (high + low));
        double left = middle - low, right = high - middle, share = 1 / (high - low);
        float ofLeft = (float)left, ofWhole = (float)share, deviation = (float)Math.Sqrt(left * right * share);
        var first = new float[w.Length];
        Draw(first, [key, depth]);
        for (int i = 0; i < w.Length; i++)
        {
            first[i] = ofLeft * w[i] * ofWhole + deviation * first[i];
            w[i] -= first[i];
        }
        if (from < middle) Add(new(low, middle, 2 * key, depth + 1), first, from, to, sum);
        if (to > middle) Add(new(middle, high, 2 * key + 1, depth + 1), w, from, to, sum);
    }

    double Inside(double sigma) => Math.Clamp(Round(sigma), start, end);

    void Draw(Span<float> noise, ReadOnlySpan<ulong> place) => new TorchGenerator(SeedSequence.FirstWord(seed, place, PoolSize)).Fill(noise);

    /// <summary>To six decimals as Python rounds: by the exact value, ties to even. Middles of rounded ends are ties half of the time.</summary>
    static double Round(double x)
    {
        double scaled = x * 1e6, lost = Math.FusedMultiplyAdd(x, 1e6, -scaled), nearest = Math.Round(scaled);
        if (Math.Abs(scaled - nearest) == 0.5 && lost != 0) nearest = lost > 0 ? Math.Ceiling(scaled) : Math.Floor(scaled);
        return nearest / 1e6;
    }

    /// <summary>A stretch of σ and its place in the tree of halves.</summary>
    readonly record struct Interval(double Low, double High, ulong Key, ulong Depth);
}
