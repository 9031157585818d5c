using System.Globalization;
using System.Text;

namespace Animarium.Diffusion.Prompts;

/// <summary>What Python takes for a number, a blank and a letter. The prompt dialects inherit these rules, because <c>float()</c> and <c>re</c> made them.</summary>
public static class PythonSyntax
{
    /// <summary>Reads a number as Python's <c>float()</c>: blanks around it, any Unicode decimal digits, <c>1_0</c>, <c>.5</c>, <c>5.</c>, <c>1e5</c>, <c>nan</c>, <c>inf</c>.</summary>
    /// <param name="text">The whole text must be the number: <c>1.2f</c>, <c>0x10</c> and <c>1,2</c> are none.</param>
    /// <param name="value">The number; 0 if there is none.</param>
    public static bool TryFloat(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        text = Trim(text);
        if (text.IsEmpty) return false;
        var ascii = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber) ascii.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            else if (rune.IsAscii) ascii.Append((char)rune.Value);
            else return false;
        }
        string number = ascii.ToString();
        return Named(number, out value)
            || (IsLiteral(number) && double.TryParse(number.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out value));
    }

    /// <summary>Python's <c>str.isspace</c> for one UTF-16 unit: Unicode White_Space and the four separators U+001C to U+001F.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary>The class <c>\w</c>: letters and numbers of every script, and the underscore. Either half of a surrogate pair answers for its character.</summary>
    public static bool IsWord(string text, int index)
    {
        if (text[index] == '_') return true;
        int start = char.IsLowSurrogate(text[index]) && index > 0 && char.IsHighSurrogate(text[index - 1]) ? index - 1 : index;
        return CharUnicodeInfo.GetUnicodeCategory(text, start) is <= UnicodeCategory.OtherLetter
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
    }

    /// <summary>Where <paramref name="word"/> stands as a word of its own (<c>\bword\b</c>), from left to right.</summary>
    public static IEnumerable<int> WholeWords(string text, string word)
    {
        for (int at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + word.Length, StringComparison.Ordinal))
        {
            int end = at + word.Length;
            if ((at == 0 || !IsWord(text, at - 1)) && (end == text.Length || !IsWord(text, end))) yield return at;
        }
    }

    /// <summary>The text without <see cref="IsSpace">blanks</see> at either end.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        text = TrimEnd(text);
        int start = 0;
        while (start < text.Length && IsSpace(text[start])) start++;
        return text[start..];
    }

    /// <summary>The text without <see cref="IsSpace">blanks</see> at its end.</summary>
    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        int end = text.Length;
        while (end > 0 && IsSpace(text[end - 1])) end--;
        return text[..end];
    }

    private static bool Named(string number, out double value)
    {
        bool negative = number[0] == '-';
        value = (number[0] is '+' or '-' ? number[1..] : number).ToUpperInvariant() switch
        {
            "NAN" => double.NaN,
            "INF" or "INFINITY" => negative ? double.NegativeInfinity : double.PositiveInfinity,
            _ => 0,
        };
        return value != 0;
    }

    /// <summary>[sign] digits [. digits] [e [sign] digits], single underscores between digits only.</summary>
    private static bool IsLiteral(string s)
    {
        int i = s[0] is '+' or '-' ? 1 : 0;
        if (!Digits(s, ref i, out int whole)) return false;
        int fraction = 0;
        if (i < s.Length && s[i] == '.')
        {
            i++;
            if (!Digits(s, ref i, out fraction)) return false;
        }
        if (whole + fraction == 0) return false;
        if (i == s.Length) return true;
        if (s[i] is not ('e' or 'E')) return false;
        i++;
        if (i < s.Length && (s[i] is '+' or '-')) i++;
        return Digits(s, ref i, out int exponent) && exponent > 0 && i == s.Length;
    }

    private static bool Digits(string s, ref int i, out int count)
    {
        count = 0;
        for (; i < s.Length; i++)
        {
            if (char.IsAsciiDigit(s[i])) count++;
            else if (s[i] != '_') break;
            else if (count == 0 || s[i - 1] == '_' || i + 1 == s.Length || !char.IsAsciiDigit(s[i + 1])) return false;
        }
        return true;
    }
}
