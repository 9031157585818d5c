using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>Softmax along rows of attention scores, in place, with fp32 sums.</summary>
internal static unsafe class Softmax
{
    /// <summary>Turns scores into attention weights.</summary>
    /// <param name="scores">(rows, n), contiguous; n of any size; changed in place</param>
    /// <param name="sink">Sum of e^logit of keys whose value is zero and whose logit is zero: the number of zero rows of a padded context. They only enter the denominator.</param>
    public static void Apply(Tensor scores, long sink = 0)
    {
        if (scores.dtype == ScalarType.BFloat16) Apply<Bf16>(scores, sink);
        else Apply<Fp32>(scores, sink);
    }

    static void Apply<T>(Tensor scores, long sink) where T : IElement
    {
        long n = scores.shape[^1], rows = scores.numel() / n, whole = n / 16 * 16;
        nint memory = (nint)scores.Address();
        Rows.For(rows, n, (first, end) =>
        {
            // The rest of a row that fills no vector is worked on in a padded copy.
            byte* rest = stackalloc byte[64];
            int restBytes = (int)(n - whole) * T.Size;
            for (long row = first; row < end; row++)
            {
                void* at = (void*)(memory + (nint)(row * n * T.Size)), tail = (byte*)at + whole * T.Size;
                T.Store(rest, 0, Vector512.Create(-1e30f));
                Buffer.MemoryCopy(tail, rest, 64, restBytes);

                var peak = Vector512.Max(T.Load(rest, 0), Vector512.Create(sink > 0 ? 0 : float.NegativeInfinity));
                for (long i = 0; i < whole; i += 16) peak = Vector512.Max(peak, T.Load(at, i));
                float max = Max(peak);
                var m = Vector512.Create(max);

                var sum = VectorMath.Exp(T.Load(rest, 0) - m);
                T.Store(rest, 0, sum);
                for (long i = 0; i < whole; i += 16)
                {
                    var e = VectorMath.Exp(T.Load(at, i) - m);
                    sum += e;
                    T.Store(at, i, e);
                }
                float total = Vector512.Sum(sum) + (sink > 0 ? sink * MathF.Exp(-max) : 0);
                var inverse = Vector512.Create(1 / total);
                for (long i = 0; i < whole; i += 16) T.Store(at, i, T.Load(at, i) * inverse);
                T.Store(rest, 0, T.Load(rest, 0) * inverse);
                Buffer.MemoryCopy(rest, tail, restBytes, restBytes);
            }
        });
    }

    static float Max(Vector512<float> v)
    {
        float max = v[0];
        for (int i = 1; i < 16; i++) max = MathF.Max(max, v[i]);
        return max;
    }
}
