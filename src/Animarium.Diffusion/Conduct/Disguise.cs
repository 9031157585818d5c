using System.Text;

namespace Animarium.Diffusion.Conduct;

/// <summary>Undoes what people do to words so that a list does not find them: digits and signs for letters (<c>w0rd</c>), letters s p e l l e d out, changing cAsE, woooords.</summary>
internal static class Disguise
{
    /// <summary>The text in lower case with such words written plainly; one with a 1 in it comes twice, with i and with l. Words of digits alone stay numbers. Linear in the text.</summary>
    /// <param name="folded">See <see cref="FoldedText"/>.</param>
    public static string Remove(string folded)
    {
        string text = folded.ToLowerInvariant();
        var plain = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length;)
        {
            int end = IsPart(text, at) ? End(text, at) : at + 1;
            var word = text.AsSpan(at, end - at);
            if (!HasLetter(word)) plain.Append(word);
            else
            {
                AppendPlain(plain, text, at, end, one: 'i');
                if (word.ContainsAny('1', '!')) AppendPlain(plain.Append(' '), text, at, end, one: 'l');
            }
            at = end;
        }
        return plain.ToString();
    }

    private static bool HasLetter(ReadOnlySpan<char> word)
    {
        foreach (char c in word)
            if (Words.ScriptOf(c) == Script.Letters) return true;
        return false;
    }

    private static void AppendPlain(StringBuilder plain, string text, int at, int end, char one)
    {
        for (; at < end; at++)
            if (IsPart(text, at) && !IsStretched(text, at)) plain.Append(Letter(text[at], one));
    }

    /// <summary>The end of the word that begins here: three or more single letters with one sign between each, or a run of letters, digits and signs that stand for letters.</summary>
    private static int End(string text, int at)
    {
        int end = at + 1, count = 1;
        while (end + 1 < text.Length && !IsPart(text, end) && IsPart(text, end + 1) && (end + 2 == text.Length || !IsPart(text, end + 2)))
        {
            end += 2;
            count++;
        }
        if (count >= 3) return end;
        end = at + 1;
        while (end < text.Length && IsPart(text, end)) end++;
        return end;
    }

    /// <summary>A letter or digit, or a sign that may stand for a letter: between two of them, or a single $ before a letter.</summary>
    private static bool IsPart(string text, int at)
    {
        if (IsAlphanumeric(text[at])) return true;
        if (text[at] is not ('@' or '$' or '!') || at + 1 == text.Length || !IsAlphanumeric(text[at + 1])) return false;
        return (at > 0 && IsAlphanumeric(text[at - 1])) || (text[at] == '$' && (at == 0 || text[at - 1] != '$') && char.IsLetter(text[at + 1]));
    }

    private static bool IsAlphanumeric(char c) => Words.ScriptOf(c) is Script.Letters or Script.Number;

    /// <summary>The same letter came twice before and once after, or more: only the first of three or more is kept.</summary>
    private static bool IsStretched(string text, int at)
    {
        if (at == 0 || text[at - 1] != text[at]) return false;
        return (at >= 2 && text[at - 2] == text[at]) || (at + 1 < text.Length && text[at + 1] == text[at]);
    }

    private static char Letter(char c, char one) => c switch
    {
        '0' => 'o',
        '1' or '!' => one,
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        _ => c,
    };
}
