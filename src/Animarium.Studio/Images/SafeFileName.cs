using System.Globalization;
using System.Text;

namespace Animarium.Studio.Images;

/// <summary>Names that every file system takes, made of any text.</summary>
public static class SafeFileName
{
    private const int LongestName = 200; // bytes of UTF-8: file systems take 255, and a number and an extension follow

    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The text as one name without folders: letters of all scripts stay; separators, control characters and what Windows reserves become
    /// <c>_</c>; no points or blanks at the ends, so neither <c>..</c> nor hidden files; cut between characters as people see them.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="longest">Characters as people see them.</param>
    public static string Of(string text, int longest = LongestName)
    {
        var name = new StringBuilder();
        bool blank = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune)) blank = true;
            else if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && rune.Value != '\u200D') continue; // marks that turn names around; emoji need the joiner
            else
            {
                if (blank && name.Length > 0) name.Append(' ');
                blank = false;
                name.Append(Forbidden(rune) ? "_" : rune.ToString());
            }
        }
        string cut = Cut(name.ToString(), longest).Trim(' ', '.');
        if (cut.Length == 0) return "_";
        return Reserved.Contains(cut.Split('.')[0].Trim()) ? "_" + cut : cut;
    }

    private static bool Forbidden(Rune rune) => Rune.IsControl(rune) || rune == Rune.ReplacementChar || rune.IsAscii && "<>:\"/\\|?*".Contains((char)rune.Value, StringComparison.Ordinal);

    private static string Cut(string text, int longest)
    {
        int length = 0, bytes = 0;
        for (int seen = 0; length < text.Length && seen < longest; seen++)
        {
            int next = StringInfo.GetNextTextElementLength(text, length);
            bytes += Encoding.UTF8.GetByteCount(text.AsSpan(length, next));
            if (bytes > LongestName) break;
            length += next;
        }
        return text[..length];
    }
}
