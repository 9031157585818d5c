using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>The softmax of attention scores without its division, which costs less on the product with the values.</summary>
internal static unsafe class Softmax
{
    /// <summary>Turns scores s into e^(factor·s + bias − the row's maximum), in place.</summary>
    /// <param name="scores">(l, n), contiguous, n of any size; changed in place</param>
    /// <param name="factor">1/√d, positive</param>
    /// <param name="bias">(1 or l, n), fp32, contiguous; null: none</param>
    /// <returns>(l), fp32: the sums of the rows, to divide by</returns>
    public static Tensor Exponentials(Tensor scores, float factor, Tensor? bias = null)
    {
        var sums = empty(scores.shape[0]);
        if (scores.dtype == ScalarType.BFloat16) Exponentials<Bf16>(scores, factor, bias, sums);
        else Exponentials<Fp32>(scores, factor, bias, sums);
        return sums;
    }

    static void Exponentials<T>(Tensor scores, float factor, Tensor? bias, Tensor sums) where T : IElement
    {
        long n = scores.shape[1], rows = scores.shape[0], whole = n / 16 * 16;
        nint memory = (nint)scores.Address(), totals = (nint)sums.Address(), biases = bias is null ? 0 : (nint)bias.Address();
        long biasRow = bias?.shape[0] > 1 ? n : 0;
        Rows.For(rows, n, (first, end) =>
        {
            // The rest of a row that fills no vector is worked on in a copy, padded with keys that nothing attends to.
            byte* rest = stackalloc byte[64], restBias = stackalloc byte[64];
            Vector512<float>.Zero.Store((float*)rest);
            for (long i = 0; i < 16; i++) ((float*)restBias)[i] = i < n - whole ? 0 : float.NegativeInfinity;
            var f = Vector512.Create(factor);
            for (long row = first; row < end; row++)
            {
                void* at = (void*)(memory + (nint)(row * n * T.Size)), tail = (byte*)at + whole * T.Size;
                float* added = biases == 0 ? null : (float*)biases + row * biasRow;
                Buffer.MemoryCopy(tail, rest, 64, (n - whole) * T.Size);
                if (added != null) Buffer.MemoryCopy(added + whole, restBias, 64, (n - whole) * 4);

                var peak = Logits<T>(rest, 0, f, (float*)restBias);
                for (long i = 0; i < whole; i += 16) peak = Vector512.MaxNative(peak, Logits<T>(at, i, f, added));
                var max = Vector512.Create(Max(peak));

                var sum = Exponential<T>(rest, 0, f, (float*)restBias, max);
                for (long i = 0; i < whole; i += 16) sum += Exponential<T>(at, i, f, added, max);
                Buffer.MemoryCopy(rest, tail, 64, (n - whole) * T.Size);
                ((float*)totals)[row] = Vector512.Sum(sum);
            }
        });
        GC.KeepAlive(scores);
        GC.KeepAlive(bias);
        GC.KeepAlive(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Logits<T>(void* row, long at, Vector512<float> factor, float* bias) where T : IElement
    {
        var scaled = T.Load(row, at) * factor;
        return bias == null ? scaled : scaled + Vector512.Load(bias + at);
    }

    /// <summary>Writes e^(logit − max) and returns it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Exponential<T>(void* row, long at, Vector512<float> factor, float* bias, Vector512<float> max) where T : IElement
    {
        var e = VectorMath.Exp(Logits<T>(row, at, factor, bias) - max);
        T.Store(row, at, e);
        return e;
    }

    static float Max(Vector512<float> v)
    {
        float max = v[0];
        for (int i = 1; i < 16; i++) max = MathF.Max(max, v[i]);
        return max;
    }
}
