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

    /// <summary>Passes <paramref name="x"/> through one stage after the other and keeps only the running value.</summary>
    /// <param name="x">What the first stage gets; not disposed.</param>
    /// <param name="stages">Blocks, layers, …</param>
    /// <param name="run">A stage applied to the running value.</param>
    public static Tensor Through<T>(this Tensor x, IEnumerable<T> stages, Func<Tensor, T, Tensor> run)
    {
        var current = x;
        foreach (var stage in stages)
        {
            var next = Scoped(() => run(current, stage));
            if (!ReferenceEquals(current, x) && !ReferenceEquals(current, next)) current.Dispose();
            current = next;
        }
        return current;
    }
}
