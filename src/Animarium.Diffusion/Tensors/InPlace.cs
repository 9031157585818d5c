using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>Arithmetic with plain numbers that changes a tensor where it lies; its scalars live as those of <see cref="Scalars"/> do.</summary>
#pragma warning disable RS0030 // what is banned elsewhere is held by its variable here
internal static class InPlace
{
    static readonly Scalar One = 1;

    /// <summary>x ← factor · x</summary>
    public static Tensor Scale(this Tensor x, double factor)
    {
        using Scalar scalar = factor;
        return x.mul_(scalar);
    }

    /// <summary>x ← x + addend</summary>
    public static Tensor Increase(this Tensor x, double addend)
    {
        using Scalar scalar = addend;
        return x.add_(scalar, One);
    }

    /// <summary>x ← x + y</summary>
    public static Tensor Accumulate(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x ← x + factor · y</summary>
    public static Tensor Accumulate(this Tensor x, Tensor y, double factor)
    {
        using Scalar scalar = factor;
        return x.add_(y, scalar);
    }

    /// <summary>x ← x + factor · a · b</summary>
    public static Tensor AccumulateProduct(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using Scalar scalar = factor;
        return x.addcmul_(a, b, scalar);
    }

    /// <summary>x ← x + factor · a / b</summary>
    public static Tensor AccumulateQuotient(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using Scalar scalar = factor;
        return x.addcdiv_(a, b, scalar);
    }

    /// <summary>x ← x + share · (end − x); exactly x where both are equal.</summary>
    public static Tensor MoveTowards(this Tensor x, Tensor end, double share)
    {
        using var weight = tensor((float)share, device: x.device);
        return x.lerp_(end, weight);
    }
}
