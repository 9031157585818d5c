using System.Runtime.Intrinsics;
using Animarium.Diffusion.Kernels;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Noise;

/// <summary>The numbers of <c>torch.randn</c> on a CUDA device, for sizes that fit one launch: Philox4x32-10 (Salmon et al. 2011).</summary>
/// <param name="seed">All 64 bits count: they are the key.</param>
public sealed class PhiloxGenerator(ulong seed) : INormalSource
{
    const int Rounds = 10, Lanes = 8;
    const uint LowWord = 0xFFFFFFFF;
    const double ToUnit = 1.0 / (1L << 32);
    // 2π·2⁻³² rounded to single precision: so does the implementation that A1111 and Forge share.
    const double ToAngle = 6.2831855f * ToUnit;

    ulong draws;

    /// <inheritdoc/>
    public unsafe Tensor Normal(params ReadOnlySpan<long> shape)
    {
        var result = empty(shape, float32);
        nint memory = (nint)result.Address();
        long count = result.numel();
        ulong draw = draws++;
        Rows.For((count + Lanes - 1) / Lanes, Lanes, (first, end) =>
        {
            Span<float> numbers = stackalloc float[Lanes];
            for (long at = first * Lanes; at < Math.Min(end * Lanes, count); at += Lanes)
            {
                var eight = BoxMuller(Random(draw, (ulong)at));
                Vector256.Narrow(eight.GetLower(), eight.GetUpper()).CopyTo(numbers);
                int length = (int)Math.Min(Lanes, count - at);
                numbers[..length].CopyTo(new Span<float>((float*)memory + at, length));
            }
        });
        return result;
    }

    /// <summary>Two 32-bit words for each of eight elements from <paramref name="at"/> on; two more that the cipher makes are not used.</summary>
    (Vector512<ulong>, Vector512<ulong>) Random(ulong draw, ulong at)
    {
        var (c0, c1, c3) = (Vector512.Create(draw), Vector512<ulong>.Zero, Vector512<ulong>.Zero);
        var c2 = Vector512.Create(at) + Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);
        var low = Vector512.Create((ulong)LowWord);
        uint key0 = (uint)seed, key1 = (uint)(seed >> 32);
        for (int i = 0; i < Rounds; i++)
        {
            Vector512<ulong> p0 = c0 * 0xD2511F53, p1 = c2 * 0xCD9E8D57;
            (c0, c1, c2, c3) = ((p1 >> 32) ^ c1 ^ Vector512.Create((ulong)key0), p1 & low, (p0 >> 32) ^ c3 ^ Vector512.Create((ulong)key1), p0 & low);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }
        return (c0, c1);
    }

    static Vector512<double> BoxMuller((Vector512<ulong> Radius, Vector512<ulong> Angle) words)
    {
        var u = (Vector512.ConvertToDouble(words.Radius) + Vector512.Create(0.5)) * ToUnit;
        var v = (Vector512.ConvertToDouble(words.Angle) + Vector512.Create(0.5)) * ToAngle;
        return Vector512.Sqrt(Vector512.Create(-2.0) * Vector512.Log(u)) * Vector512.Sin(v);
    }
}
