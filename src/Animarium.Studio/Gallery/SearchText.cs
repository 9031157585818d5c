using System.Text;

namespace Animarium.Studio.Gallery;

/// <summary>
/// Texts and words for the two indexes of the full-text search. Every three characters are indexed, which finds parts of words in every language, but no
/// shorter ones: 猫 and 桜 are whole words. For these every Japanese or Chinese character is indexed as a word of its own, and 黒髪 is looked for as 黒 before 髪.
/// </summary>
internal static class SearchText
{
    private const int ShortestOfTrigrams = 3;

    /// <summary>How a text is compared: in lower case, full and half width the same, underscores as blanks.</summary>
    public static string Normal(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Replace('_', ' ');
        }
        catch (ArgumentException)
        {
            // Half of a surrogate pair, which some program cut through.
            return Normal(string.Concat(text.EnumerateRunes().Select(rune => rune.ToString())));
        }
    }

    /// <summary>A normal text with each ideograph and kana as a word of its own.</summary>
    public static string Spaced(string normal)
    {
        if (!normal.EnumerateRunes().Any(IsWordOfItsOwn)) return normal;
        var spaced = new StringBuilder(normal.Length * 2);
        foreach (var rune in normal.EnumerateRunes())
        {
            if (IsWordOfItsOwn(rune)) spaced.Append(' ').Append(rune.ToString()).Append(' ');
            else spaced.Append(rune.ToString());
        }
        return spaced.ToString();
    }

    /// <summary>The words of a search, and whether each must not be there.</summary>
    public static IEnumerable<(string Word, bool Without)> Words(string text)
    {
        string normal = Normal(text);
        for (int at = 0; at < normal.Length;)
        {
            if (char.IsWhiteSpace(normal[at]))
            {
                at++;
                continue;
            }
            bool without = normal[at] == '-' && at + 1 < normal.Length && !char.IsWhiteSpace(normal[at + 1]);
            if (without) at++;
            bool quoted = normal[at] == '"';
            int from = quoted ? at + 1 : at, to = from;
            while (to < normal.Length && (quoted ? normal[to] != '"' : !char.IsWhiteSpace(normal[to]))) to++;
            if (normal[from..to].Trim() is { Length: > 0 } word) yield return (word, without);
            at = quoted ? to + 1 : to;
        }
    }

    /// <summary>What finds a word: the table's name and its expression; null where the word has nothing that is indexed, such as a comma alone.</summary>
    public static (string Table, string Expression)? Match(string word)
    {
        if (word.EnumerateRunes().Count() >= ShortestOfTrigrams) return ("picture_trigrams", Quoted(word));
        if (!word.EnumerateRunes().Any(rune => Rune.IsLetterOrDigit(rune) || Rune.IsSymbol(rune))) return null;
        // The beginning of a word, so that 1g finds 1girl; Japanese words have their end where their characters end.
        return ("picture_words", Quoted(Spaced(word)) + (IsWordOfItsOwn(word.EnumerateRunes().Last()) ? "" : " *"));
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Ideographs, kana and the marks between them; not Hangul, which has spaces.</summary>
    private static bool IsWordOfItsOwn(Rune rune) => rune.Value is >= 0x3005 and <= 0x3007 or >= 0x3040 and <= 0x30FF or >= 0x31F0 and <= 0x31FF
        or >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFF;
}
