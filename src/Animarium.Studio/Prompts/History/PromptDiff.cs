namespace Animarium.Studio.Prompts.History;

/// <summary>What became of a stretch of text.</summary>
public enum DiffKind
{
    /// <summary>In both.</summary>
    Same,

    /// <summary>Only in the first.</summary>
    Removed,

    /// <summary>Only in the second.</summary>
    Added,
}

/// <summary>A stretch of two compared texts.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Text">The stretch.</param>
public sealed record DiffPart(DiffKind Kind, string Text);

/// <summary>Compares two prompts word by word.</summary>
public static class PromptDiff
{
    private const int MostCells = 4_000_000; // of the table; longer changes are shown as one removal and one addition

    /// <summary>The way from one text to the other with as many words in common as possible. <see cref="DiffKind.Same"/> and Removed together are the first text, Same and Added the second.</summary>
    public static IReadOnlyList<DiffPart> Of(string before, string after)
    {
        List<string> a = Words(before), b = Words(after);
        int head = 0, tail = 0;
        while (head < a.Count && head < b.Count && a[head] == b[head]) head++;
        while (tail < a.Count - head && tail < b.Count - head && a[^(tail + 1)] == b[^(tail + 1)]) tail++;
        var parts = new List<DiffPart>();
        Add(DiffKind.Same, a[..head]);
        Middle(a[head..^tail], b[head..^tail]);
        Add(DiffKind.Same, a[^tail..]);
        return parts;

        void Middle(List<string> x, List<string> y)
        {
            if ((long)x.Count * y.Count > MostCells)
            {
                Add(DiffKind.Removed, x);
                Add(DiffKind.Added, y);
                return;
            }
            var common = new int[x.Count + 1, y.Count + 1]; // of what follows
            for (int i = x.Count - 1; i >= 0; i--)
                for (int j = y.Count - 1; j >= 0; j--) common[i, j] = x[i] == y[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            for (int i = 0, j = 0; i < x.Count || j < y.Count;)
            {
                if (i < x.Count && j < y.Count && x[i] == y[j])
                {
                    Add(DiffKind.Same, [x[i++]]);
                    j++;
                }
                else if (i < x.Count && (j == y.Count || common[i + 1, j] >= common[i, j + 1])) Add(DiffKind.Removed, [x[i++]]);
                else Add(DiffKind.Added, [y[j++]]);
            }
        }

        void Add(DiffKind kind, List<string> words)
        {
            if (words.Count == 0) return;
            string text = string.Concat(words);
            if (parts.Count > 0 && parts[^1].Kind == kind) parts[^1] = new(kind, parts[^1].Text + text);
            else parts.Add(new(kind, text));
        }
    }

    /// <summary>Words, and every other character by itself.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        for (int at = 0, start = 0; at < text.Length; start = at)
        {
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.' or '@')) at++;
            if (at == start) at++;
            words.Add(text[start..at]);
        }
        return words;
    }
}
