using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>einops-style reshaping: <c>x.Rearrange("b (h p) (w q) c -> b (h w) (p q c)", ('p', 2), ('q', 2))</c>.</summary>
public static class Einops
{
    /// <summary>Reshapes and permutes by names of axes; the shapes stand in the pattern.</summary>
    /// <param name="x">The tensor whose axes the left side names.</param>
    /// <param name="pattern"><c>"from -> to"</c>; one letter an axis, brackets split or merge.</param>
    /// <param name="known">Sizes of the axes that can't be deduced.</param>
    /// <exception cref="FormatException">The pattern has no arrow.</exception>
    /// <exception cref="ArgumentException">The sizes don't fit the tensor.</exception>
    public static Tensor Rearrange(this Tensor x, string pattern, params ReadOnlySpan<(char Axis, long Size)> known)
    {
        var (left, right) = pattern.Split("->", StringSplitOptions.TrimEntries) is [var l, var r]
            ? (Groups(l), Groups(r))
            : throw new FormatException($"'{pattern}' is not 'from -> to'.");
        if (left.Length != x.dim()) throw new ArgumentException($"'{pattern}' expects {left.Length} dimensions, got {x.dim()}.");

        var sizes = new Dictionary<char, long>();
        foreach (var (axis, size) in known) sizes[axis] = size;
        for (int i = 0; i < left.Length; i++)
        {
            long product = 1;
            char? unknown = null;
            foreach (var axis in left[i])
                if (sizes.TryGetValue(axis, out var size)) product *= size;
                else unknown = unknown is null ? axis : throw new ArgumentException($"'{pattern}': give a size for '{axis}' or '{unknown}'.");
            if (unknown is { } free) { sizes[free] = x.shape[i] / product; product *= sizes[free]; }
            if (product != x.shape[i]) throw new ArgumentException($"'{pattern}': dimension {i} is {x.shape[i]}, not {product}.");
        }

        string from = string.Concat(left), to = string.Concat(right);
        return x.reshape([.. from.Select(a => sizes[a])])
                .permute([.. to.Select(a => (long)from.IndexOf(a, StringComparison.Ordinal))])
                .reshape([.. right.Select(g => g.Aggregate(1L, (n, a) => n * sizes[a]))]);
    }

    static string[] Groups(string side)
    {
        var groups = new List<string>();
        bool inside = false;
        foreach (var c in side)
        {
            if (c == '(') { groups.Add(""); inside = true; }
            else if (c == ')') inside = false;
            else if (c != ' ')
            {
                if (inside) groups[^1] += c;
                else groups.Add(c.ToString());
            }
        }
        return [.. groups];
    }
}
