using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>
/// Runs convolutional stages tile by tile, so that memory depends on the tile and not on the picture. A tile brings along as much of its
/// surroundings as its pixels depend on: the result is that of the whole picture, without seams and without blending.
/// </summary>
internal static class Tiling
{
    /// <summary>The stages' output for the whole of <paramref name="x"/>.</summary>
    /// <param name="x">(b, c, h, w)</param>
    /// <param name="stages">Stages of limited reach.</param>
    /// <param name="side">Longest side of a tile, in pixels of <paramref name="x"/>.</param>
    public static Tensor Run(Tensor x, IReadOnlyList<IVaeStage> stages, long side)
    {
        double scale = stages.Aggregate(1.0, (product, stage) => product * stage.Scale);
        // Where stages shrink, tiles begin at pixels that survive.
        long grid = Math.Max(1, (long)(1 / scale)), margin = Up(Margin(stages), grid);
        var rows = Spans(x.shape[2], Up(side, grid), margin);
        var columns = Spans(x.shape[3], Up(side, grid), margin);
        return cat([.. rows.Select(row => Scopes.Scoped(() => cat([.. columns.Select(column => Tile(row, column))], 3)))], 2);

        Tensor Tile(Span row, Span column) => Scopes.Scoped(() =>
        {
            var seen = x.narrow(2, row.SeenFrom, row.Seen).narrow(3, column.SeenFrom, column.Seen);
            var result = seen.Through(stages, (x, stage) => stage.Forward(x));
            return result.narrow(2, (long)((row.From - row.SeenFrom) * scale), (long)(row.Length * scale))
                         .narrow(3, (long)((column.From - column.SeenFrom) * scale), (long)(column.Length * scale)).contiguous();
        });
    }

    /// <summary>Pixels of the input, on each side, that the output of all stages depends on.</summary>
    static long Margin(IReadOnlyList<IVaeStage> stages)
    {
        double margin = 0;
        for (int n = stages.Count - 1; n >= 0; n--)
        {
            int reach = stages[n].Reach ?? throw new ArgumentException("A stage that looks everywhere can't run in tiles.", nameof(stages));
            margin = Math.Ceiling(margin / stages[n].Scale) + reach;
        }
        return (long)margin;
    }

    /// <summary>A piece of a side, and what the tile sees of the side.</summary>
    readonly record struct Span(long From, long Length, long SeenFrom, long Seen);

    static Span[] Spans(long size, long side, long margin)
    {
        var spans = new List<Span>();
        for (long from = 0; from < size; from += side)
        {
            long end = Math.Min(from + side, size), seenFrom = Math.Max(0, from - margin);
            spans.Add(new(from, end - from, seenFrom, Math.Min(end + margin, size) - seenFrom));
        }
        return [.. spans];
    }

    static long Up(long value, long multiple) => (value + multiple - 1) / multiple * multiple;
}
