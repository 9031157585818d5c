using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>The way back from numbers that 16 bits can't hold.</summary>
internal static class HalfPrecision
{
    /// <summary>Computes in the type of <paramref name="x"/>; if that has 16 bits and the result isn't finite, once more in fp32.</summary>
    /// <param name="x">What is computed from; its type is the type of the computation.</param>
    /// <param name="redone">Called when the computation was done again.</param>
    /// <param name="compute">Gets <paramref name="x"/>, or it in fp32.</param>
    /// <returns>In the type of <paramref name="x"/>.</returns>
    public static Tensor OrFp32(Tensor x, Action? redone, Func<Tensor, Tensor> compute)
    {
        var result = Scopes.Scoped(() => compute(x));
        if (x.dtype is not (ScalarType.Float16 or ScalarType.BFloat16) || IsFinite(result)) return result;
        result.Dispose();
        redone?.Invoke();
        return Scopes.Scoped(() => compute(x.to(float32)).to(x.dtype));
    }

    static bool IsFinite(Tensor x)
    {
        using var scope = NewDisposeScope();
        return x.isfinite().all().item<bool>();
    }
}
