using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>x·Φ(x), with the normal distribution function by its error function (Hendrycks and Gimpel 2016), not its tanh approximation.</summary>
internal static unsafe class Gelu
{
    /// <summary>Rows are taken 16 elements at a time.</summary>
    public const int Multiple = 16;

    /// <summary>GELU of every element.</summary>
    /// <param name="x">Contiguous, a multiple of <see cref="Multiple"/> in its last dimension.</param>
    /// <param name="result">As x; x itself where nobody reads that afterwards: the widest activations of a transformer need not be stored twice.</param>
    public static Tensor Apply(Tensor x, Tensor result)
    {
        if (x.dtype == ScalarType.BFloat16) Apply<Bf16>(x, result);
        else Apply<Fp32>(x, result);
        return result;
    }

    /// <summary>The gradient of x: dy · (Φ(x) + x·φ(x)), φ the normal density.</summary>
    /// <param name="dy">As x.</param>
    /// <param name="x">As it was.</param>
    public static Tensor Backward(Tensor dy, Tensor x)
    {
        var result = empty_like(x);
        if (x.dtype == ScalarType.BFloat16) Backward<Bf16>(dy, x, result);
        else Backward<Fp32>(dy, x, result);
        return result;
    }

    static void Apply<T>(Tensor x, Tensor result) where T : IElement
    {
        long width = x.shape[^1];
        nint from = (nint)x.Address(), to = (nint)result.Address();
        Rows.For(x.numel() / width, width, (first, end) =>
        {
            for (long i = first * width; i < end * width; i += 16)
            {
                var v = T.Load((void*)from, i);
                var half = v * Vector512.Create(0.5f);
                T.Store((void*)to, i, Vector512.FusedMultiplyAdd(half, VectorMath.Erf(v * Vector512.Create(0.70710678f)), half));
            }
        });
        GC.KeepAlive(x);
        GC.KeepAlive(result);
    }

    static void Backward<T>(Tensor dy, Tensor x, Tensor result) where T : IElement
    {
        long width = x.shape[^1];
        nint from = (nint)x.Address(), gradients = (nint)dy.Address(), to = (nint)result.Address();
        Rows.For(x.numel() / width, width, (first, end) =>
        {
            for (long i = first * width; i < end * width; i += 16)
            {
                var v = T.Load((void*)from, i);
                var half = Vector512.Create(0.5f);
                var distribution = Vector512.FusedMultiplyAdd(half, VectorMath.Erf(v * Vector512.Create(0.70710678f)), half);
                // 1/√(2π) · e^(−x²/2)
                var density = VectorMath.Exp(v * v * Vector512.Create(-0.5f)) * Vector512.Create(0.39894228f);
                T.Store((void*)to, i, T.Load((void*)gradients, i) * Vector512.FusedMultiplyAdd(v, density, distribution));
            }
        });
        GC.KeepAlive(dy);
        GC.KeepAlive(x);
        GC.KeepAlive(result);
    }
}
