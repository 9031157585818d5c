using System.Globalization;
using System.Text;

namespace Animarium.Cli.Terminal;

/// <summary>Text in lines of a width: at blanks, and anywhere between Japanese characters.</summary>
internal static class Wrapped
{
    /// <summary>What must not begin a line in Japanese (kinsoku shori).</summary>
    private const string NeverFirst = "、。，．・：；？！）」』】〕〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…)],.:;";

    /// <summary>The terminal columns of a text: Japanese characters take two, combining marks none.</summary>
    public static int Columns(string text) => text.EnumerateRunes().Sum(Columns);

    /// <summary>Lines of at most <paramref name="width"/> columns; a longer word stands alone. At least one line.</summary>
    public static IReadOnlyList<string> Lines(string text, int width)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        int used = 0;
        foreach (string word in Words(text))
        {
            int columns = Columns(word.TrimEnd());
            if (used > 0 && used + columns > width)
            {
                lines.Add(line.ToString().TrimEnd());
                line.Clear();
                used = 0;
            }
            line.Append(word);
            used += Columns(word);
        }
        lines.Add(line.ToString().TrimEnd());
        return lines;
    }

    /// <summary>Pieces that a line never cuts, with the blanks behind them.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        Rune? last = null;
        foreach (var rune in text.EnumerateRunes())
        {
            bool mayCut = last is { } before && (before.Value == ' ' ? rune.Value != ' ' : (IsWide(before) || IsWide(rune)) && rune.Value != ' ' && !NeverFirst.Contains(rune.ToString(), StringComparison.Ordinal));
            if (mayCut)
            {
                yield return word.ToString();
                word.Clear();
            }
            word.Append(rune.ToString());
            last = rune;
        }
        if (word.Length > 0) yield return word.ToString();
    }

    private static int Columns(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0 : IsWide(rune) ? 2 : 1;

    /// <summary>East Asian Wide and Fullwidth (UAX #11), by blocks.</summary>
    private static bool IsWide(Rune rune) => rune.Value is
        >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0x303E or >= 0x3041 and <= 0x33FF or >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xA000 and <= 0xA4CF
        or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0xFE30 and <= 0xFE6F or >= 0xFF00 and <= 0xFF60 or >= 0xFFE0 and <= 0xFFE6 or >= 0x1F300 and <= 0x1FAFF or >= 0x20000 and <= 0x3FFFD;
}
