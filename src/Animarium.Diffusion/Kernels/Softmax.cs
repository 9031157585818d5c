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
    /// <param name="bias">Rows of n, fp32, contiguous; null: none</param>
    /// <param name="rows">Which row of the bias belongs to which row of scores; null: the only one to all, or each to its own.</param>
    /// <returns>(l), fp32: the sums of the rows, to divide by</returns>
    public static Tensor Exponentials(Tensor scores, float factor, Tensor? bias = null, BiasRows? rows = null)
    {
        var sums = empty(scores.shape[0]);
        var places = rows ?? new(0, scores.shape[0], scores.shape[0], 0, bias?.shape[0] > 1 ? 1 : 0);
        if (scores.dtype == ScalarType.BFloat16) Exponentials<Bf16>(scores, factor, bias, places, sums);
        else Exponentials<Fp32>(scores, factor, bias, places, sums);
        return sums;
    }

    /// <summary>
    /// The gradient of the scores: with weights p = e/sum, factor · p · (dp − Σ p·dp). In place of what it is made from, which is the gradient
    /// of the weights divided by the row's sum: the division costs less on the values' gradient.
    /// </summary>
    /// <param name="exponentials">(l, n), as <see cref="Exponentials"/> made them</param>
    /// <param name="gradient">(l, n), contiguous: dp/sum; changed in place</param>
    /// <param name="sums">(l), fp32</param>
    /// <param name="factor">as before</param>
    public static void Backward(Tensor exponentials, Tensor gradient, Tensor sums, float factor)
    {
        if (gradient.dtype == ScalarType.BFloat16) Backward<Bf16>(exponentials, gradient, sums, factor);
        else Backward<Fp32>(exponentials, gradient, sums, factor);
    }

    static void Exponentials<T>(Tensor scores, float factor, Tensor? bias, BiasRows places, Tensor sums) where T : IElement
    {
        long n = scores.shape[1], rows = scores.shape[0], whole = n / 16 * 16;
        nint memory = (nint)scores.Address(), totals = (nint)sums.Address(), biases = bias is null ? 0 : (nint)bias.Address();
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
                float* added = biases == 0 ? null : (float*)biases + places.Of(row) * n;
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

    static void Backward<T>(Tensor exponentials, Tensor gradient, Tensor sums, float factor) where T : IElement
    {
        long n = gradient.shape[1], rows = gradient.shape[0], whole = n / 16 * 16;
        nint from = (nint)exponentials.Address(), memory = (nint)gradient.Address(), totals = (nint)sums.Address();
        Rows.For(rows, n, (first, end) =>
        {
            // As above: zeros where a row ends add nothing.
            byte* restE = stackalloc byte[64], restG = stackalloc byte[64];
            Vector512<float>.Zero.Store((float*)restE);
            Vector512<float>.Zero.Store((float*)restG);
            var f = Vector512.Create(factor);
            for (long row = first; row < end; row++)
            {
                void* e = (void*)(from + (nint)(row * n * T.Size)), g = (void*)(memory + (nint)(row * n * T.Size));
                Buffer.MemoryCopy((byte*)e + whole * T.Size, restE, 64, (n - whole) * T.Size);
                Buffer.MemoryCopy((byte*)g + whole * T.Size, restG, 64, (n - whole) * T.Size);
                var product = T.Load(restE, 0) * T.Load(restG, 0);
                for (long i = 0; i < whole; i += 16) product = Vector512.FusedMultiplyAdd(T.Load(e, i), T.Load(g, i), product);
                var mean = Vector512.Create(Vector512.Sum(product) / ((float*)totals)[row]);
                T.Store(restG, 0, f * T.Load(restE, 0) * (T.Load(restG, 0) - mean));
                for (long i = 0; i < whole; i += 16) T.Store(g, i, f * T.Load(e, i) * (T.Load(g, i) - mean));
                Buffer.MemoryCopy(restG, (byte*)g + whole * T.Size, 64, (n - whole) * T.Size);
            }
        });
        GC.KeepAlive(exponentials);
        GC.KeepAlive(gradient);
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

/// <summary>Which row of a bias (b or 1, 1, l or 1, n) belongs to a row of scores (b, h, l, n).</summary>
/// <param name="First">The row of scores that the pass begins with.</param>
/// <param name="PerItem">Rows of scores of an item, h·l.</param>
/// <param name="Length">l</param>
/// <param name="ItemStep">Rows of the bias from one item to the next, 0: the items share them.</param>
/// <param name="QueryStep">Rows of the bias from one query to the next, 0: the queries share one.</param>
internal readonly record struct BiasRows(long First, long PerItem, long Length, long ItemStep, long QueryStep)
{
    public long Of(long row) => (First + row) / PerItem * ItemStep + (First + row) % Length * QueryStep;
}
