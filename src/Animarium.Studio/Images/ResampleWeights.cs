namespace Animarium.Studio.Images;

/// <summary>One output pixel along an axis: which input pixels it takes and how much of each.</summary>
/// <param name="Start">The first input pixel.</param>
/// <param name="Weights">For it and those after it; their sum is 1.</param>
internal readonly record struct Taps(int Start, float[] Weights);

/// <summary>One direction of a resize, and the piece of its result that is wanted.</summary>
/// <param name="From">Input pixels.</param>
/// <param name="To">Output pixels.</param>
/// <param name="First">The first output pixel that is wanted.</param>
/// <param name="Count">How many are.</param>
internal readonly record struct Axis(int From, int To, int First, int Count)
{
    /// <summary>Input pixels for each output pixel.</summary>
    public double Scale => (double)From / To;
}

/// <summary>The weights of resampling along one axis, as OpenCV and Pillow compute them.</summary>
internal static class ResampleWeights
{
    private const double CubicSharpness = -0.75; // OpenCV's cubic; Pillow's is −0.5

    /// <summary>Pillow's: the kernel widens when the picture shrinks; what lies outside of the picture doesn't count.</summary>
    public static Taps[] Kernel(Axis axis, double radius, Func<double, double> kernel) => Each(axis, i =>
    {
        double scale = axis.Scale, wide = Math.Max(scale, 1), centre = (i + 0.5) * scale, support = radius * wide;
        int start = Math.Max((int)(centre - support + 0.5), 0), end = Math.Min((int)(centre + support + 0.5), axis.From);
        double[] weights = [.. Enumerable.Range(start, end - start).Select(x => kernel((x - centre + 0.5) / wide))];
        double sum = weights.Sum();
        return new(start, [.. weights.Select(weight => (float)(weight / sum))]);
    });

    /// <summary>sinc(x) · sinc(x/3) within ±3.</summary>
    public static double Lanczos(double x) => x is < -3 or >= 3 ? 0 : Sinc(x) * Sinc(x / 3);

    /// <summary>1 within ±½.</summary>
    public static double Box(double x) => x is > -0.5 and <= 0.5 ? 1 : 0;

    /// <summary>OpenCV's area: each output pixel is the mean of what it covers.</summary>
    public static Taps[] Area(Axis axis) => Each(axis, i =>
    {
        double scale = axis.Scale, begin = i * scale, end = Math.Min(begin + scale, axis.From);
        int start = (int)begin, stop = Math.Min((int)Math.Ceiling(end - 1e-9), axis.From);
        double[] weights = [.. Enumerable.Range(start, stop - start).Select(x => Math.Min(x + 1, end) - Math.Max(x, begin))];
        double sum = weights.Sum();
        return new(start, [.. weights.Select(weight => (float)(weight / sum))]);
    });

    /// <summary>OpenCV's area where a side grows: linear between the edges of pixels, not their middles.</summary>
    public static Taps[] AreaLinear(Axis axis) => Each(axis, i =>
    {
        double scale = axis.Scale;
        int start = (int)(i * scale);
        double share = i + 1 - (start + 1) / scale;
        return Pair(start, share <= 0 ? 0 : share - Math.Floor(share), axis.From);
    });

    /// <summary>OpenCV's linear: two neighbours, however much the picture shrinks.</summary>
    public static Taps[] Linear(Axis axis) => Each(axis, i =>
    {
        double place = (i + 0.5) * axis.Scale - 0.5;
        int start = (int)Math.Floor(place);
        return start < 0 ? Pair(0, 0, axis.From) : Pair(start, place - start, axis.From);
    });

    /// <summary>OpenCV's cubic: four neighbours; the edge pixel stands for those outside.</summary>
    public static Taps[] Cubic(Axis axis) => Each(axis, i =>
    {
        const double a = CubicSharpness;
        double place = (i + 0.5) * axis.Scale - 0.5;
        int before = (int)Math.Floor(place);
        double t = place - before;
        double first = ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a, second = ((a + 2) * t - (a + 3)) * t * t + 1;
        double third = ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1;
        int start = Math.Clamp(before - 1, 0, axis.From - 1), end = Math.Clamp(before + 2, 0, axis.From - 1);
        var weights = new float[end - start + 1];
        foreach (var (offset, weight) in ((int, double)[])[(-1, first), (0, second), (1, third), (2, 1 - first - second - third)])
            weights[Math.Clamp(before + offset, 0, axis.From - 1) - start] += (float)weight;
        return new(start, weights);
    });

    /// <summary>OpenCV's exact nearest: the pixel under the middle. Where a middle lies on an edge, the rounding of its fixed point decides.</summary>
    public static Taps[] Nearest(Axis axis)
    {
        const int bits = 24;
        long step = (((long)axis.From << bits) + axis.To / 2) / axis.To;
        return Each(axis, i => new((int)Math.Min((step * i + step / 2) >> bits, axis.From - 1), [1]));
    }

    private static Taps Pair(int start, double share, int from) =>
        start >= from - 1 ? new(from - 1, [1]) : new(start, [(float)(1 - share), (float)share]);

    private static Taps[] Each(Axis axis, Func<int, Taps> taps) => [.. Enumerable.Range(axis.First, axis.Count).Select(taps)];

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
