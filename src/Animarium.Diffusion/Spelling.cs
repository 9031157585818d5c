namespace Animarium.Diffusion;

/// <summary>What was probably meant by a misspelt name.</summary>
public static class Spelling
{
    const int LongestCompared = 64; // characters: nobody means a name that begins with so many others

    /// <summary>The three nearest names by Levenshtein's distance, without regard to case, joined by commas.</summary>
    public static string Nearest(string name, IEnumerable<string> known) => string.Join(", ", known.OrderBy(k => Distance(name, k)).Take(3));

    /// <summary>The nearest name if at most so many letters differ, otherwise null.</summary>
    public static string? Nearest(string name, IEnumerable<string> known, int most) => known.Select(k => (Name: k, Distance: Distance(name, k))).Where(k => k.Distance <= most).OrderBy(k => k.Distance).FirstOrDefault().Name;

    static int Distance(string a, string b)
    {
        a = a.Length > LongestCompared ? a[..LongestCompared] : a;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
