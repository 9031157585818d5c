using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>A part of an attention: some queries of one head, or all of all heads of some items, whichever gives a good size of scores.</summary>
/// <param name="Item">First item.</param>
/// <param name="Items">How many.</param>
/// <param name="Head">First head.</param>
/// <param name="Heads">One or all.</param>
/// <param name="Row">First query of the head.</param>
/// <param name="Rows">Some of one head, or all.</param>
internal readonly record struct HeadPart(long Item, long Items, long Head, long Heads, long Row, long Rows)
{
    /// <summary>Scores worked on at a time: few enough for the cache, many enough that calls cost nothing beside them.</summary>
    const long Scores = 1 << 20;

    /// <summary>The parts of the attention of q (b, h, l, d) to k (b or 1, h, n, d).</summary>
    public static IEnumerable<HeadPart> Of(Tensor q, Tensor k)
    {
        var (items, heads, length, n) = (q.shape[0], q.shape[1], q.shape[2], k.shape[2]);
        if (Scores / (heads * length * n) is > 0 and var together)
        {
            for (long item = 0; item < items; item += together) yield return new(item, Math.Min(together, items - item), 0, heads, 0, length);
            yield break;
        }
        long chunk = Math.Min(length, Math.Max(16, Scores / n));
        for (long item = 0; item < items; item++)
            for (long head = 0; head < heads; head++)
                for (long row = 0; row < length; row += chunk)
                    yield return new(item, 1, head, 1, row, Math.Min(chunk, length - row));
    }

    /// <summary>Its part of (b, h, l, d): a matrix for a single head, else a stack of them.</summary>
    public Tensor Queries(Tensor x) => Single ? x[Item, Head].narrow(0, Row, Rows) : x.narrow(0, Item, Items);

    /// <summary>Its part of (b or 1, h, n, d), in the same way.</summary>
    public Tensor Keys(Tensor x) => Single ? x[x.shape[0] == 1 ? 0 : Item, Head] : x.shape[0] == 1 ? x : x.narrow(0, Item, Items);

    /// <summary>Room for its rows of a tensor (b, l, h, d), in the same way.</summary>
    public Tensor EmptyRows(Tensor x) => empty(Single ? [Rows, x.shape[3]] : [Items, Heads, Rows, x.shape[3]], x.dtype);

    bool Single => Items == 1 && Heads == 1;
}
