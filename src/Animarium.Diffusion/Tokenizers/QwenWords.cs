using System.Globalization;
using System.Text;

namespace Animarium.Diffusion.Tokenizers;

/// <summary>
/// Cuts a text into the words inside which Qwen's merges run. The same as the regular expression
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
/// by code points: .NET's regular expressions see UTF-16 units and would take 𠮷 for punctuation.
/// </summary>
internal static class QwenWords
{
    private enum Kind { Letter, Number, Space, Other }

    /// <summary>Length in UTF-16 units of the first word of a text that is not empty.</summary>
    public static int First(ReadOnlySpan<char> text)
    {
        if (Contraction(text) is > 0 and var contraction) return contraction;

        var (kind, length) = Look(text);
        if (kind == Kind.Letter) return Run(text, 0, Kind.Letter);
        if (kind == Kind.Number) return length;
        if (text[0] is not ('\r' or '\n') && Run(text, length, Kind.Letter) is var letters && letters > length) return letters;

        int marks = Run(text, text[0] == ' ' ? 1 : 0, Kind.Other);
        if (kind == Kind.Other || marks > 1)
        {
            while (marks < text.Length && text[marks] is '\r' or '\n') marks++;
            return marks;
        }

        int spaces = Run(text, 0, Kind.Space);
        int line = text[..spaces].LastIndexOfAny('\r', '\n');
        if (line >= 0) return line + 1;
        // All white space is one UTF-16 unit; the last one belongs to the word that follows.
        return spaces == text.Length || spaces == 1 ? spaces : spaces - 1;
    }

    /// <summary>End of the run of one kind that begins at <paramref name="at"/>.</summary>
    private static int Run(ReadOnlySpan<char> text, int at, Kind kind)
    {
        while (at < text.Length && Look(text[at..]) is var (found, length) && found == kind) at += length;
        return at;
    }

    private static (Kind Kind, int Length) Look(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out var rune, out int length);
        var kind = Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Rune.IsWhiteSpace(rune) ? Kind.Space : Kind.Other,
        };
        return (kind, length);
    }

    private static int Contraction(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '\'') return 0;
        if (text[1] is 's' or 'S' or '\u017F' or 't' or 'T' or 'm' or 'M' or 'd' or 'D') return 2;
        return text.Length > 2 && text[1..3] is "re" or "rE" or "Re" or "RE" or "ve" or "vE" or "Ve" or "VE" or "ll" or "lL" or "Ll" or "LL" ? 3 : 0;
    }
}
