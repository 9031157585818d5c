namespace Animarium.Cli.CommandLine;

/// <summary>What was probably meant.</summary>
internal static class Nearest
{
    /// <summary>The three names nearest to a misspelt one, by Levenshtein's distance.</summary>
    public static string Of(string name, IEnumerable<string> known) => string.Join(", ", known.OrderBy(k => Distance(name, k)).Take(3));

    private static int Distance(string a, string b)
    {
        a = a.Length > 64 ? a[..64] : a;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
