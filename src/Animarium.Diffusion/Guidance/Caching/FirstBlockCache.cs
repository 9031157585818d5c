using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Guidance.Caching;

/// <summary>
/// First-block cache: the first block always runs. If what it adds has hardly changed since the step that last ran all blocks, what the others added
/// then is added again.
/// </summary>
/// <param name="threshold">The relative change (mean of absolutes) above which all blocks run; 0 skips equal steps only.</param>
public sealed class FirstBlockCache(double threshold) : IDisposable
{
    Tensor? headAdds, tailAdds;

    /// <summary>The output of all blocks.</summary>
    /// <param name="x">Their input, (b, l, d).</param>
    /// <param name="head">The first block.</param>
    /// <param name="tail">The others, one after the other.</param>
    public Tensor Apply(Tensor x, Func<Tensor, Tensor> head, Func<Tensor, Tensor> tail) => Scopes.Scoped(() =>
    {
        var first = head(x);
        var adds = first - x;
        if (headAdds is not null && Change(adds, headAdds) <= threshold) return first.Plus(tailAdds!);
        var result = tail(first);
        Dispose();
        headAdds = adds.DetachFromDisposeScope();
        tailAdds = (result - first).DetachFromDisposeScope();
        return result;
    });

    static double Change(Tensor now, Tensor before) => ((now - before).abs().mean() / before.abs().mean()).to(float64).item<double>();

    /// <summary>Forgets what was computed; the next call runs all blocks.</summary>
    public void Dispose()
    {
        headAdds?.Dispose();
        tailAdds?.Dispose();
        (headAdds, tailAdds) = (null, null);
    }
}
