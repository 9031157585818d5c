using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>
/// Arithmetic with plain numbers. <c>x * 0.5</c> makes a native scalar that nothing but its finalizer owns, and TorchSharp doesn't keep it alive during
/// the call: when a collection falls into it, the product is garbage or an exception (seen about twice in a million under constant
/// collections). Here the scalar lives until the call returns, and is freed at once.
/// </summary>
public static class Scalars
{
    /// <summary>x · factor</summary>
    public static Tensor Times(this Tensor x, double factor)
    {
        using Scalar scalar = factor;
        return x.mul(scalar);
    }

    /// <summary>x + addend</summary>
    public static Tensor Plus(this Tensor x, double addend)
    {
        using Scalar scalar = addend;
        return x.add(scalar);
    }

    /// <summary>x², which TorchSharp's <c>square</c> computes as a power with such a scalar.</summary>
    public static Tensor Squared(this Tensor x) => x.mul(x);
}
