using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>Disposes temporaries where the loops are, so that forward methods hold maths only.</summary>
public static class Scopes
{
    /// <summary>Runs <paramref name="compute"/>, keeps its result and frees every other tensor it made.</summary>
    public static Tensor Scoped(Func<Tensor> compute)
    {
        using var scope = NewDisposeScope();
        return compute().MoveToOuterDisposeScope();
    }
}
