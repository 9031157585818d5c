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
