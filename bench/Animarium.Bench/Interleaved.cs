using System.Diagnostics;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>
/// Times a piece of work in turns with plain matrix products. On a machine that others use too, both are slowed down alike, and the ratio of their
/// medians still tells about the program.
/// </summary>
public static class Interleaved
{
    const long Side = 2048;
    const double ProductSeconds = 0.3;

    /// <summary>Medians over the repetitions.</summary>
    /// <param name="type">Type of the matrix products.</param>
    /// <param name="repetitions">How often, after a first time that doesn't count.</param>
    /// <param name="work">Frees what it makes.</param>
    /// <returns>Seconds of the work, and 10¹² operations a second of the products.</returns>
    public static (double Seconds, double Rate) Median(ScalarType type, int repetitions, Action work)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(Side, Side).to(type), randn(Side, Side).to(type));
        Rate(a, b);
        work();
        var (seconds, rates) = (new double[repetitions], new double[repetitions]);
        for (int n = 0; n < repetitions; n++)
        {
            rates[n] = Rate(a, b);
            seconds[n] = Seconds(work);
        }
        return (Median(seconds), Median(rates));
    }

    /// <summary>Seconds that something takes.</summary>
    public static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The middle value; of an even number the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    static double Rate(Tensor a, Tensor b)
    {
        int products = 0;
        double seconds = 0;
        for (; seconds < ProductSeconds; products++) seconds += Seconds(() => mm(a, b).Dispose());
        return 2e-12 * Side * Side * Side * products / seconds;
    }
}
