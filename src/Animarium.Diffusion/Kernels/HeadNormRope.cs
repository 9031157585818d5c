using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>
/// What attention needs of a projection, in one pass over memory: RMS norm per head, rotary embedding (half-split), a factor, and the layout
/// "b l (h d) -> b h l d".
/// </summary>
internal static unsafe class HeadNormRope
{
    /// <summary>Both halves of a head are taken 16 elements at a time.</summary>
    public const int Multiple = 32;

    const float Epsilon = 1e-6f;

    /// <summary>Normed, rotated and laid out by heads.</summary>
    /// <param name="x">(b, l, h·d)</param>
    /// <param name="norm">(d), fp32: weight of the RMS norm; null: no norm</param>
    /// <param name="cos">(l, d), fp32, both halves equal; null: no rotation</param>
    /// <param name="sin">(l, d), fp32</param>
    /// <param name="heads">h; d is a multiple of <see cref="Multiple"/></param>
    /// <param name="factor">multiplies the result (the softmax scale, on queries)</param>
    /// <returns>(b, h, l, d)</returns>
    public static Tensor Apply(Tensor x, Tensor? norm, Tensor? cos, Tensor? sin, long heads, float factor = 1)
    {
        var result = empty([x.shape[0], heads, x.shape[1], x.shape[2] / heads], x.dtype);
        if (x.dtype == ScalarType.BFloat16) Apply<Bf16>(x, norm, cos, sin, factor, result);
        else Apply<Fp32>(x, norm, cos, sin, factor, result);
        return result;
    }

    /// <summary>
    /// The gradient of x: dy turned back by the rotation's transpose, then through the norm: with g = weight · dy and x̂ the normed head,
    /// (g − x̂ · mean(g · x̂)) / √(mean(x²) + ε).
    /// </summary>
    /// <param name="dy">(b, h, l, d), contiguous: the gradient of <see cref="Apply(Tensor, Tensor, Tensor, Tensor, long, float)"/>'s result with factor 1</param>
    /// <param name="x">(b, l, h·d), as it was</param>
    /// <param name="norm">(d), fp32</param>
    /// <param name="cos">as it was</param>
    /// <param name="sin">as it was</param>
    /// <param name="parameters">Whether the gradient of the norm's weight is wanted: the sum of dy, turned back, · x̂.</param>
    /// <returns>(b, l, h·d), and (d)</returns>
    public static (Tensor X, Tensor? Norm) Backward(Tensor dy, Tensor x, Tensor norm, Tensor? cos, Tensor? sin, bool parameters)
    {
        var blocks = new RowBlocks(x.shape[0] * x.shape[1], vectors: 1);
        var (result, sums) = (empty_like(x), parameters ? blocks.Sums(norm.shape[0]) : null);
        if (x.dtype == ScalarType.BFloat16) Backward<Bf16>(dy, x, norm, cos, sin, blocks, result, sums);
        else Backward<Fp32>(dy, x, norm, cos, sin, blocks, result, sums);
        return (result, sums is null ? null : blocks.Total(sums).view(norm.shape));
    }

    static void Apply<T>(Tensor x, Tensor? norm, Tensor? cos, Tensor? sin, float factor, Tensor result) where T : IElement
    {
        long heads = result.shape[1], length = result.shape[2], d = result.shape[3], half = d / 2;
        nint from = (nint)x.Address(), to = (nint)result.Address();
        nint weights = norm is null ? 0 : (nint)norm.Address(), cosines = cos is null ? 0 : (nint)cos.Address(), sines = sin is null ? 0 : (nint)sin.Address();
        Rows.For(x.shape[0] * length, heads * d, (first, end) =>
        {
            for (long row = first; row < end; row++)
            {
                long item = row / length, position = row % length;
                for (long head = 0; head < heads; head++)
                {
                    long source = (row * heads + head) * d, target = ((item * heads + head) * length + position) * d;
                    var scale = Vector512.Create(weights == 0 ? factor : factor * RootMeanSquare<T>((void*)from, source, d));
                    for (long i = 0; i < half; i += 16)
                    {
                        var a = T.Load((void*)from, source + i) * scale;
                        var b = T.Load((void*)from, source + half + i) * scale;
                        if (weights != 0) (a, b) = (a * Fp32.Load((void*)weights, i), b * Fp32.Load((void*)weights, half + i));
                        if (cosines != 0)
                        {
                            var (c, s) = (Fp32.Load((void*)cosines, position * d + i), Fp32.Load((void*)sines, position * d + i));
                            (a, b) = (a * c - b * s, b * c + a * s);
                        }
                        T.Store((void*)to, target + i, a);
                        T.Store((void*)to, target + half + i, b);
                    }
                }
            }
        });
        GC.KeepAlive(x);
        GC.KeepAlive(norm);
        GC.KeepAlive(cos);
        GC.KeepAlive(sin);
        GC.KeepAlive(result);
    }

    static void Backward<T>(Tensor dy, Tensor x, Tensor norm, Tensor? cos, Tensor? sin, RowBlocks blocks, Tensor result, Tensor? sums) where T : IElement
    {
        long heads = dy.shape[1], length = dy.shape[2], d = dy.shape[3], half = d / 2;
        nint from = (nint)x.Address(), gradients = (nint)dy.Address(), to = (nint)result.Address(), weights = (nint)norm.Address();
        nint cosines = cos is null ? 0 : (nint)cos.Address(), sines = sin is null ? 0 : (nint)sin.Address(), totals = sums is null ? 0 : (nint)sums.Address();
        Rows.For(blocks.Count, blocks.Width(heads * d), (firstBlock, endBlock) =>
        {
            float* g = stackalloc float[(int)d];
            for (long block = firstBlock; block < endBlock; block++)
            {
                var (first, end, _) = blocks[block];
                float* ofNorm = (float*)totals + block * d;
                for (long n = first * heads; n < end * heads; n++)
                {
                    var (item, position, head) = (n / heads / length, n / heads % length, n % heads);
                    long source = n * d, gradient = ((item * heads + head) * length + position) * d;
                    var r = Vector512.Create(RootMeanSquare<T>((void*)from, source, d));
                    var product = Vector512<float>.Zero;
                    for (long i = 0; i < half; i += 16)
                    {
                        var (a, b) = (T.Load((void*)gradients, gradient + i), T.Load((void*)gradients, gradient + half + i));
                        var (p, q) = (T.Load((void*)from, source + i), T.Load((void*)from, source + half + i));
                        if (cosines != 0)
                        {
                            var (c, s) = (Fp32.Load((void*)cosines, position * d + i), Fp32.Load((void*)sines, position * d + i));
                            (a, b) = (a * c + b * s, b * c - a * s);
                        }
                        if (totals != 0)
                        {
                            Vector512.FusedMultiplyAdd(a, p * r, Vector512.Load(ofNorm + i)).Store(ofNorm + i);
                            Vector512.FusedMultiplyAdd(b, q * r, Vector512.Load(ofNorm + half + i)).Store(ofNorm + half + i);
                        }
                        (a, b) = (a * Fp32.Load((void*)weights, i), b * Fp32.Load((void*)weights, half + i));
                        a.Store(g + i);
                        b.Store(g + half + i);
                        product = Vector512.FusedMultiplyAdd(a, p, product);
                        product = Vector512.FusedMultiplyAdd(b, q, product);
                    }
                    // x̂ = x·r, so x̂ · mean(g·x̂) = x · r² · mean(g·x).
                    var mean = Vector512.Create(Vector512.Sum(product) / d) * r * r;
                    for (long i = 0; i < d; i += 16) T.Store((void*)to, source + i, (Vector512.Load(g + i) - T.Load((void*)from, source + i) * mean) * r);
                }
            }
        });
        GC.KeepAlive(dy);
        GC.KeepAlive(x);
        GC.KeepAlive(norm);
        GC.KeepAlive(cos);
        GC.KeepAlive(sin);
        GC.KeepAlive(result);
        GC.KeepAlive(sums);
    }

    /// <summary>1/√(mean of squares + ε) of one head.</summary>
    static float RootMeanSquare<T>(void* memory, long at, long d) where T : IElement
    {
        var squares = Vector512<float>.Zero;
        for (long i = 0; i < d; i += 16)
        {
            var v = T.Load(memory, at + i);
            squares = Vector512.FusedMultiplyAdd(v, v, squares);
        }
        return 1 / MathF.Sqrt(Vector512.Sum(squares) / d + Epsilon);
    }
}
