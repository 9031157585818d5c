using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>The VAE's norm over channels and the SiLU that follows it, in one pass over a picture whose channels lie side by side.</summary>
internal static unsafe class ChannelNorm
{
    /// <summary>Rows are taken 16 elements at a time.</summary>
    public const int Multiple = 16;

    /// <summary>x / max(‖x‖₂, 1e-12) · √c · γ of every pixel, then SiLU if wanted.</summary>
    /// <param name="x">(b, h, w, c), contiguous</param>
    /// <param name="gamma">(c), fp32</param>
    /// <param name="silu">whether y·σ(y) follows</param>
    public static Tensor Apply(Tensor x, Tensor gamma, bool silu)
    {
        var result = empty_like(x);
        if (x.dtype == ScalarType.BFloat16) Apply<Bf16>(x, gamma, silu, result);
        else Apply<Fp32>(x, gamma, silu, result);
        return result;
    }

    static void Apply<T>(Tensor x, Tensor gamma, bool silu, Tensor result) where T : IElement
    {
        long width = x.shape[^1];
        nint from = (nint)x.Address(), to = (nint)result.Address(), gammas = (nint)gamma.Address();
        Rows.For(x.numel() / width, width, (first, end) =>
        {
            for (long at = first * width; at < end * width; at += width)
            {
                var squares = Vector512<float>.Zero;
                for (long i = 0; i < width; i += 16)
                {
                    var v = T.Load((void*)from, at + i);
                    squares = Vector512.FusedMultiplyAdd(v, v, squares);
                }
                var factor = Vector512.Create(MathF.Sqrt(width) / MathF.Max(MathF.Sqrt(Vector512.Sum(squares)), 1e-12f));
                for (long i = 0; i < width; i += 16)
                {
                    var y = T.Load((void*)from, at + i) * factor * Fp32.Load((void*)gammas, i);
                    T.Store((void*)to, at + i, silu ? y / (Vector512<float>.One + VectorMath.Exp(-y)) : y);
                }
            }
        });
        GC.KeepAlive(x);
        GC.KeepAlive(gamma);
        GC.KeepAlive(result);
    }
}
