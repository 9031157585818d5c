using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<float>;

namespace Animarium.Diffusion.Noise;

/// <summary>
/// log, sin and cos with the polynomials of the Cephes library (Moshier 1989), which PyTorch's normal numbers are made with. More exact functions would
/// differ from it in the last bit.
/// </summary>
static class CephesMath
{
    /// <summary>ln x of normal positive numbers: x = m·2ᵉ with m in √½ … √2, then a polynomial in m − 1.</summary>
    public static V Log(V x)
    {
        var exponent = Vector256.ConvertToSingle((x.AsInt32() >>> 23) - Vector256.Create(126));
        var mantissa = ((x.AsInt32() & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F000000)).AsSingle();
        var below = Vector256.LessThan(mantissa, Vector256.Create(0.707106781f));
        exponent -= below & V.One;
        var m = mantissa - V.One + (mantissa & below);
        var square = m * m;
        var p = Polynomial(m, 7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
            2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f) * m;
        // ln 2 in two parts, so that its product with the exponent is exact.
        p = Fma(p, square, exponent * -2.12194440e-4f);
        p = Fma(square, Vector256.Create(-0.5f), p);
        return Fma(exponent, Vector256.Create(0.693359375f), m + p);
    }

    /// <summary>Sine and cosine of numbers from 0 to a few thousand: the rest of x to an even multiple of π/4, then a polynomial for each.</summary>
    public static (V Sin, V Cos) SinCos(V x)
    {
        var octant = (Vector256.ConvertToInt32(x * 1.27323954f) + Vector256<int>.One) & Vector256.Create(~1);
        var k = Vector256.ConvertToSingle(octant);
        // π/4 in three parts, so that the rest keeps its bits (Cody and Waite).
        var r = Fma(k, Vector256.Create(-3.77489497744594108e-8f), Fma(k, Vector256.Create(-2.4187564849853515625e-4f), Fma(k, Vector256.Create(-0.78515625f), x)));
        var square = r * r;
        var cos = Fma(Polynomial(square, 2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f) * square, square, square * -0.5f) + V.One;
        var sin = Fma(Polynomial(square, -1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f) * square, r, r);
        var swapped = Vector256.Equals(octant & Vector256.Create(2), Vector256.Create(2)).AsSingle();
        return (Vector256.ConditionalSelect(swapped, cos, sin) ^ SignOf(octant), Vector256.ConditionalSelect(swapped, sin, cos) ^ SignOf(octant + Vector256.Create(2)));
    }

    /// <summary>The sign bit of the half turn that an octant lies in.</summary>
    static V SignOf(Vector256<int> octant) => ((octant & Vector256.Create(4)) << 29).AsSingle();

    static V Polynomial(V x, params ReadOnlySpan<float> coefficients)
    {
        var p = Vector256.Create(coefficients[0]);
        foreach (float c in coefficients[1..]) p = Fma(p, x, Vector256.Create(c));
        return p;
    }

    static V Fma(V a, V b, V c) => Vector256.FusedMultiplyAdd(a, b, c);
}
