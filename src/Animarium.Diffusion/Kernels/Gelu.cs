using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>x·Φ(x), with the normal distribution function by its error function (Hendrycks and Gimpel 2016), not its tanh approximation.</summary>
internal static unsafe class Gelu
{
    /// <summary>Rows are taken 16 elements at a time.</summary>
    public const int Multiple = 16;

    /// <summary>GELU of every element, in place: the widest activations of a transformer need not be stored twice.</summary>
    /// <param name="x">Contiguous, a multiple of <see cref="Multiple"/> in its last dimension; changed in place.</param>
    public static Tensor Apply(Tensor x)
    {
        if (x.dtype == ScalarType.BFloat16) Apply<Bf16>(x);
        else Apply<Fp32>(x);
        return x;
    }

    static void Apply<T>(Tensor x) where T : IElement
    {
        long width = x.shape[^1];
        nint memory = (nint)x.Address();
        Rows.For(x.numel() / width, width, (first, end) =>
        {
            for (long i = first * width; i < end * width; i += 16)
            {
                var v = T.Load((void*)memory, i);
                var half = v * Vector512.Create(0.5f);
                T.Store((void*)memory, i, Vector512.FusedMultiplyAdd(half, VectorMath.Erf(v * Vector512.Create(0.70710678f)), half));
            }
        });
        GC.KeepAlive(x);
    }
}
