using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Devices;

/// <summary>How fast a device multiplies matrices: what the speed of everything else in a network is compared with.</summary>
public static class MatmulRate
{
    // Where libtorch emulates a type it multiplies up to a hundred times slower (ten times in small), and large products take seconds: one of 4 MFLOP shows that in 2 ms.
    const long FirstSide = 128;
    const double Hopeless = 0.25;

    /// <summary>Floating-point operations per second of a product of square matrices, 2·side³ operations each.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="device">Device to measure.</param>
    /// <param name="side">Side of the matrices: 1024 takes some milliseconds on a CPU and is near the asymptote.</param>
    /// <param name="rounds">Products to time; other programs can only slow one down, so the fastest counts.</param>
    /// <returns>0 if the device can't multiply in this type.</returns>
    public static double Measure(ScalarType type, Device device, long side = 1024, int rounds = 8) => Measure([type], device, side, rounds)[0];

    /// <summary>Several types in turns, so that a moment in which the machine is busy does not fall on one of them alone.</summary>
    /// <param name="types">Element types.</param>
    /// <param name="device">Device to measure.</param>
    /// <param name="side">Side of the matrices.</param>
    /// <param name="rounds">Products of each type to time; the fastest counts.</param>
    /// <returns>One rate for each type; 0 if the device can't multiply in it; that of small products if it is a quarter of the best type's or less.</returns>
    public static double[] Measure(IReadOnlyList<ScalarType> types, Device device, long side = 1024, int rounds = 8)
    {
        var rates = Rates(types, device, Math.Min(side, FirstSide), rounds);
        double least = Hopeless * rates.Max();
        int[] worthwhile = [.. Enumerable.Range(0, rates.Length).Where(n => rates[n] > least)];
        foreach (var (n, rate) in worthwhile.Zip(Rates([.. worthwhile.Select(n => types[n])], device, side, rounds))) rates[n] = rate;
        return rates;
    }

    static double[] Rates(IReadOnlyList<ScalarType> types, Device device, long side, int rounds)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var products = types.Select(type => Product(type, device, side)).ToArray();
        var fastest = products.Select(_ => double.PositiveInfinity).ToArray();
        for (int round = 0; round < rounds; round++)
            for (int n = 0; n < products.Length; n++)
                fastest[n] = Math.Min(fastest[n], products[n]());
        return [.. fastest.Select(seconds => 2.0 * side * side * side / seconds)];
    }

    /// <summary>A product that tells the seconds it takes: infinitely many where the device can't multiply in this type.</summary>
    static Func<double> Product(ScalarType type, Device device, long side)
    {
        try
        {
            var (a, b) = (randn(side, side, device: device).to(type), randn(side, side, device: device).to(type));
            // The first product pays for the library's setup.
            Seconds(a, b);
            return () => Seconds(a, b);
        }
        catch (ExternalException)
        {
            return () => double.PositiveInfinity;
        }
    }

    static double Seconds(Tensor a, Tensor b)
    {
        long start = Stopwatch.GetTimestamp();
        using var product = mm(a, b);
        // Devices may compute behind the caller's back: reading an element waits for them.
        using var element = product[0, 0];
        element.to(float32).item<float>();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
