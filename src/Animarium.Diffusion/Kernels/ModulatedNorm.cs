using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>
/// AdaLN in one pass over memory: LayerNorm without affine, then · (1 + scale) + shift; and the gated residual x + gate · y.
/// Statistics in fp32 whatever the activations are stored in.
/// </summary>
internal static unsafe class ModulatedNorm
{
    /// <summary>Rows are taken 16 elements at a time.</summary>
    public const int Multiple = 16;

    const float Epsilon = 1e-6f;

    /// <summary>LayerNorm(x) · (1 + scale) + shift.</summary>
    /// <param name="x">(b, …, d)</param>
    /// <param name="shift">(b or 1, d), fp32</param>
    /// <param name="scale">(b or 1, d), fp32</param>
    public static Tensor Apply(Tensor x, Tensor shift, Tensor scale)
    {
        var result = empty_like(x);
        if (x.dtype == ScalarType.BFloat16) Apply<Bf16>(x, shift, scale, result);
        else Apply<Fp32>(x, shift, scale, result);
        return result;
    }

    /// <summary>x + gate · y.</summary>
    /// <param name="x">(b, …, d)</param>
    /// <param name="gate">(b or 1, d), fp32</param>
    /// <param name="y">as x</param>
    public static Tensor AddGated(Tensor x, Tensor gate, Tensor y)
    {
        var result = empty_like(x);
        if (x.dtype == ScalarType.BFloat16) AddGated<Bf16>(x, gate, y, result);
        else AddGated<Fp32>(x, gate, y, result);
        return result;
    }

    /// <summary>
    /// The gradient of x: with g = dy · (1 + scale) and x̂ the normed row, (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + ε)
    /// (Ba, Kiros and Hinton 2016). Statistics are computed anew, so nothing but x is kept for it.
    /// </summary>
    /// <param name="dy">as x: the gradient of <see cref="Apply(Tensor, Tensor, Tensor)"/>'s result</param>
    /// <param name="x">as it was</param>
    /// <param name="scale">as it was</param>
    /// <param name="parameters">Whether the gradients of shift, Σ dy, and scale, Σ dy · x̂, are wanted.</param>
    public static (Tensor X, Tensor? Shift, Tensor? Scale) Backward(Tensor dy, Tensor x, Tensor scale, bool parameters)
    {
        long width = x.shape[^1];
        var blocks = new RowBlocks(x.numel() / width, scale.shape[0]);
        var (result, sums) = (empty_like(x), parameters ? blocks.Sums(2 * width) : null);
        if (x.dtype == ScalarType.BFloat16) Backward<Bf16>(dy, x, scale, blocks, result, sums);
        else Backward<Fp32>(dy, x, scale, blocks, result, sums);
        if (sums is null) return (result, null, null);
        var total = blocks.Total(sums);
        return (result, total.narrow(1, 0, width), total.narrow(1, width, width));
    }

    /// <summary>The gradient of y in <see cref="AddGated(Tensor, Tensor, Tensor)"/>: gate · dy.</summary>
    /// <param name="dy">(b, …, d)</param>
    /// <param name="gate">(b or 1, d), fp32</param>
    /// <param name="y">as it was, if the gradient of the gate, Σ dy · y, is wanted; else null</param>
    public static (Tensor Y, Tensor? Gate) AddGatedBackward(Tensor dy, Tensor gate, Tensor? y)
    {
        long width = dy.shape[^1];
        var blocks = new RowBlocks(dy.numel() / width, gate.shape[0]);
        var (result, sums) = (empty_like(dy), y is null ? null : blocks.Sums(width));
        if (dy.dtype == ScalarType.BFloat16) AddGatedBackward<Bf16>(dy, gate, y, blocks, result, sums);
        else AddGatedBackward<Fp32>(dy, gate, y, blocks, result, sums);
        return (result, sums is null ? null : blocks.Total(sums));
    }

    static void Apply<T>(Tensor x, Tensor shift, Tensor scale, Tensor result) where T : IElement
    {
        long width = x.shape[^1], rows = x.numel() / width, rowsPerVector = rows / shift.shape[0];
        nint from = (nint)x.Address(), to = (nint)result.Address(), shifts = (nint)shift.Address(), scales = (nint)scale.Address();
        Rows.For(rows, width, (first, end) =>
        {
            for (long row = first; row < end; row++)
            {
                void* source = (void*)(from + (nint)(row * width * T.Size)), target = (void*)(to + (nint)(row * width * T.Size));
                long item = row / rowsPerVector * width;
                var (mean, rstd) = Moments<T>(source, width);
                var (m, r) = (Vector512.Create(mean), Vector512.Create(rstd));
                for (long i = 0; i < width; i += 16)
                {
                    var normed = (T.Load(source, i) - m) * r;
                    var factor = Fp32.Load((void*)scales, item + i) + Vector512<float>.One;
                    T.Store(target, i, Vector512.FusedMultiplyAdd(normed, factor, Fp32.Load((void*)shifts, item + i)));
                }
            }
        });
        GC.KeepAlive(x);
        GC.KeepAlive(shift);
        GC.KeepAlive(scale);
        GC.KeepAlive(result);
    }

    /// <summary>Mean and 1/√(variance + ε) of a row; the variance about the mean, so that nothing cancels.</summary>
    static (float Mean, float Rstd) Moments<T>(void* row, long width) where T : IElement
    {
        var sum = Vector512<float>.Zero;
        for (long i = 0; i < width; i += 16) sum += T.Load(row, i);
        float mean = Vector512.Sum(sum) / width;
        var m = Vector512.Create(mean);
        var squares = Vector512<float>.Zero;
        for (long i = 0; i < width; i += 16)
        {
            var d = T.Load(row, i) - m;
            squares = Vector512.FusedMultiplyAdd(d, d, squares);
        }
        return (mean, 1 / MathF.Sqrt(Vector512.Sum(squares) / width + Epsilon));
    }

    static void Backward<T>(Tensor dy, Tensor x, Tensor scale, RowBlocks blocks, Tensor result, Tensor? sums) where T : IElement
    {
        long width = x.shape[^1];
        nint from = (nint)x.Address(), gradients = (nint)dy.Address(), to = (nint)result.Address(), scales = (nint)scale.Address(), totals = sums is null ? 0 : (nint)sums.Address();
        Rows.For(blocks.Count, blocks.Width(width), (firstBlock, endBlock) =>
        {
            for (long block = firstBlock; block < endBlock; block++)
            {
                var (first, end, vector) = blocks[block];
                float* factors = (float*)scales + vector * width, ofShift = (float*)totals + block * 2 * width, ofScale = ofShift + width;
                for (long row = first; row < end; row++)
                {
                    void* source = (void*)(from + (nint)(row * width * T.Size)), gradient = (void*)(gradients + (nint)(row * width * T.Size));
                    var (mean, rstd) = Moments<T>(source, width);
                    var (m, r) = (Vector512.Create(mean), Vector512.Create(rstd));
                    var (sum, product) = (Vector512<float>.Zero, Vector512<float>.Zero);
                    for (long i = 0; i < width; i += 16)
                    {
                        var (d, normed) = (T.Load(gradient, i), (T.Load(source, i) - m) * r);
                        var g = d * (Vector512.Load(factors + i) + Vector512<float>.One);
                        sum += g;
                        product = Vector512.FusedMultiplyAdd(g, normed, product);
                        if (totals == 0) continue;
                        (Vector512.Load(ofShift + i) + d).Store(ofShift + i);
                        Vector512.FusedMultiplyAdd(d, normed, Vector512.Load(ofScale + i)).Store(ofScale + i);
                    }
                    var (meanG, meanProduct) = (Vector512.Create(Vector512.Sum(sum) / width), Vector512.Create(Vector512.Sum(product) / width));
                    for (long i = 0; i < width; i += 16)
                    {
                        var g = T.Load(gradient, i) * (Vector512.Load(factors + i) + Vector512<float>.One);
                        T.Store((void*)to, row * width + i, (g - meanG - (T.Load(source, i) - m) * r * meanProduct) * r);
                    }
                }
            }
        });
        GC.KeepAlive(dy);
        GC.KeepAlive(x);
        GC.KeepAlive(scale);
        GC.KeepAlive(result);
        GC.KeepAlive(sums);
    }

    static void AddGatedBackward<T>(Tensor dy, Tensor gate, Tensor? y, RowBlocks blocks, Tensor result, Tensor? sums) where T : IElement
    {
        long width = dy.shape[^1];
        nint from = (nint)dy.Address(), gates = (nint)gate.Address(), to = (nint)result.Address();
        nint added = y is null ? 0 : (nint)y.Address(), totals = sums is null ? 0 : (nint)sums.Address();
        Rows.For(blocks.Count, blocks.Width(width), (firstBlock, endBlock) =>
        {
            for (long block = firstBlock; block < endBlock; block++)
            {
                var (first, end, vector) = blocks[block];
                float* factors = (float*)gates + vector * width, ofGate = (float*)totals + block * width;
                for (long row = first; row < end; row++)
                    for (long i = 0; i < width; i += 16)
                    {
                        var d = T.Load((void*)from, row * width + i);
                        T.Store((void*)to, row * width + i, d * Vector512.Load(factors + i));
                        if (totals != 0) Vector512.FusedMultiplyAdd(d, T.Load((void*)added, row * width + i), Vector512.Load(ofGate + i)).Store(ofGate + i);
                    }
            }
        });
        GC.KeepAlive(dy);
        GC.KeepAlive(gate);
        GC.KeepAlive(y);
        GC.KeepAlive(result);
        GC.KeepAlive(sums);
    }

    static void AddGated<T>(Tensor x, Tensor gate, Tensor y, Tensor result) where T : IElement
    {
        long width = x.shape[^1], rows = x.numel() / width, rowsPerVector = rows / gate.shape[0];
        nint from = (nint)x.Address(), added = (nint)y.Address(), gates = (nint)gate.Address(), to = (nint)result.Address();
        Rows.For(rows, width, (first, end) =>
        {
            for (long row = first; row < end; row++)
            {
                long at = row * width, item = row / rowsPerVector * width;
                for (long i = 0; i < width; i += 16)
                    T.Store((void*)to, at + i, Vector512.FusedMultiplyAdd(Fp32.Load((void*)gates, item + i), T.Load((void*)added, at + i), T.Load((void*)from, at + i)));
            }
        });
        GC.KeepAlive(x);
        GC.KeepAlive(gate);
        GC.KeepAlive(y);
        GC.KeepAlive(result);
    }
}
