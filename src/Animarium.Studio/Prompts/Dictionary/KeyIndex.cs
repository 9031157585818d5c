namespace Animarium.Studio.Prompts.Dictionary;

/// <summary>How well a search text fits a key; the better first.</summary>
internal enum Fit
{
    Whole,
    Beginning,
    Word,
    Inside,
}

/// <summary>Finds keys by their beginning, the beginning of one of their words, or anything inside them.</summary>
internal sealed class KeyIndex
{
    private const char End = '\0'; // behind every key: no folded text has it

    private readonly string text;
    private readonly int[] starts;  // where each key begins
    private readonly int[] owners;  // whose key it is
    private readonly (int At, int Key)[] words; // beginnings of words, sorted by what follows

    /// <param name="keys">Folded keys, those of popular owners first.</param>
    public KeyIndex(IReadOnlyList<(string Key, int Owner)> keys)
    {
        text = string.Concat(keys.Select(key => key.Key + End));
        owners = [.. keys.Select(key => key.Owner)];
        starts = new int[keys.Count];
        var found = new List<(int, int)>(keys.Count * 2);
        for (int key = 0, at = 0; key < keys.Count; key++)
        {
            starts[key] = at;
            for (int end = at + keys[key].Key.Length, from = at; at <= end; at++)
                if (at < end && (at == from || text[at - 1] is ' ' or '(' or '-' or '/')) found.Add((at, key));
        }
        words = [.. found];
        Array.Sort(words, (a, b) => Compare(Rest(a.At), Rest(b.At)) is var order and not 0 ? order : a.At.CompareTo(b.At));
    }

    /// <summary>The best hits of different owners, best fit first, popular before rare.</summary>
    /// <param name="needle">A folded text, not empty.</param>
    /// <param name="most">How many.</param>
    /// <param name="accept">Which owners count.</param>
    public List<(Fit Fit, int Owner, int Key)> Search(string needle, int most, Func<int, bool> accept)
    {
        var best = new Dictionary<int, (Fit Fit, int Owner, int Key)>();
        var range = words.AsSpan(First(needle)..First(needle + char.MaxValue)); // no folded text has this character: it is none
        long[] ranked = new long[range.Length]; // fit and key in one number: keys are in the order of popularity
        int count = 0;
        foreach (var (at, key) in range)
            if (accept(owners[key])) ranked[count++] = (long)FitAt(at, key, needle.Length) << 32 | (uint)key;
        Array.Sort(ranked, 0, count);
        foreach (long hit in ranked.AsSpan(0, count))
        {
            if (best.Count == most) break;
            best.TryAdd(owners[(int)(uint)hit], ((Fit)(hit >> 32), owners[(int)(uint)hit], (int)(uint)hit));
        }
        for (int at = 0; best.Count < most && at < text.Length;)
        {
            int hit = text.IndexOf(needle, at, StringComparison.Ordinal);
            if (hit < 0) break;
            int key = Array.BinarySearch(starts, hit);
            if (key < 0) key = ~key - 1;
            if (accept(owners[key])) best.TryAdd(owners[key], (Fit.Inside, owners[key], key));
            at = key + 1 < starts.Length ? starts[key + 1] : text.Length;
        }
        return [.. best.Values];
    }

    private Fit FitAt(int place, int key, int length) => place != starts[key] ? Fit.Word : text[place + length] == End ? Fit.Whole : Fit.Beginning;

    /// <summary>The key from a place on.</summary>
    private ReadOnlySpan<char> Rest(int at) => text.AsSpan(at);

    /// <summary>Compares up to the end of a key.</summary>
    private static int Compare(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        int same = a.CommonPrefixLength(b);
        int end = a[..same].IndexOf(End);
        return end >= 0 || same == a.Length || same == b.Length ? 0 : a[same].CompareTo(b[same]);
    }

    /// <summary>The first word that does not come before the needle.</summary>
    private int First(string needle)
    {
        int low = 0, high = words.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Rest(words[middle].At).SequenceCompareTo(needle) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
