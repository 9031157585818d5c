using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Animarium.Diffusion.Kernels;

/// <summary>Functions of 16 floats at a time.</summary>
internal static class VectorMath
{
    /// <summary>eˣ: x = k·ln 2 + r, Taylor polynomial of degree 6 in r, exponent put back by its bits. Relative error below 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.MaxNative(Vector512.MinNative(x, Vector512.Create(88.0f)), Vector512.Create(-87.0f));
        var k = Round(x * Vector512.Create(1.44269504f));
        // ln 2 in two parts (Cody and Waite), so that r keeps all its bits.
        var r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(k, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.Create(1f / 720);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        var exponent = (Vector512.ConvertToInt32(k) + Vector512.Create(127)) << 23;
        return p * exponent.AsSingle();
    }

    /// <summary>The error function by formula 7.1.26 of Abramowitz and Stegun. Absolute error below 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Erf(Vector512<float> x)
    {
        var a = Vector512.Abs(x);
        var t = Vector512<float>.One / Vector512.FusedMultiplyAdd(a, Vector512.Create(0.3275911f), Vector512<float>.One);
        var p = Vector512.Create(1.061405429f);
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.453152027f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.421413741f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.284496736f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.254829592f));
        return Vector512.CopySign(Vector512<float>.One - p * t * Exp(-a * a), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Round(Vector512<float> x) => Avx512F.IsSupported ? Avx512F.RoundScale(x, 0) : Vector512.Round(x);
}
