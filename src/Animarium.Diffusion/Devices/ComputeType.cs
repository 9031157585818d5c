using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Devices;

/// <summary>Which type a device should compute in, decided by measuring it once a process.</summary>
public static class ComputeType
{
    // Half the bits must buy some speed, or fp32 is the better choice.
    const double WorthHalfPrecision = 1.25;

    // 0.27 GFLOP a product: a third of a millisecond where the processor multiplies bf16.
    const long Side = 512;

    static readonly ConcurrentDictionary<string, ScalarType> chosen = new();

    /// <summary>bf16 where it is faster than fp32 on this device, else fp32.</summary>
    /// <param name="device">Device of the computation.</param>
    public static ScalarType Choose(Device device) => chosen.GetOrAdd(device.ToString(), _ =>
        MatmulRate.Measure([ScalarType.BFloat16, ScalarType.Float32], device, Side) is [var half, var full] && half > WorthHalfPrecision * full
            ? ScalarType.BFloat16
            : ScalarType.Float32);
}
