namespace Animarium.Diffusion.Sampling;

/// <summary>Looks things up by the names that several programs give them.</summary>
static class Names
{
    /// <summary>The entry with this name: in its exact spelling if there is one, else in any case.</summary>
    public static T? Find<T>(IReadOnlyList<T> entries, Func<T, IEnumerable<string>> names, string name) where T : class =>
        entries.FirstOrDefault(e => names(e).Contains(name, StringComparer.Ordinal))
        ?? entries.FirstOrDefault(e => names(e).Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>A message about an unknown name that offers the three nearest.</summary>
    public static string Unknown(string what, string name, IEnumerable<string> known) =>
        $"There is no {what} '{name}'. Nearest: {string.Join(", ", known.OrderBy(k => Distance(name, k)).Take(3))}.";

    /// <summary>Levenshtein's distance, without regard to case.</summary>
    static int Distance(string a, string b)
    {
        a = a.Length > 64 ? a[..64] : a;
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
