using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Animarium.Studio.Datasets;

/// <summary>The text of a caption or metadata file, and how it was written.</summary>
/// <param name="Text">The whole text with line feeds alone as line ends.</param>
/// <param name="Encoding"><c>UTF-8</c>, <c>UTF-16LE</c>, <c>UTF-16BE</c> or <c>Shift_JIS</c>.</param>
public sealed record CaptionFile(string Text, string Encoding)
{
    /// <summary>Longer caption files are refused: the text encoder reads 512 tokens, some 3,000 characters.</summary>
    public const int LongestCaption = 256 << 10; // bytes

    private const int ShiftJis = 932;

    // What .NET makes of the bytes 80, A0, FD, FE and FF, which no character of Shift-JIS begins with.
    private static readonly SearchValues<char> NotShiftJis = SearchValues.Create("\u0080\u00A0\uF8F0\uF8F1\uF8F2\uF8F3");

    /// <summary>The text of bytes, by their byte order mark, else UTF-8 if they are valid, else UTF-16 by its zeros, else Shift-JIS; null if they are none of these.</summary>
    public static CaptionFile? Decode(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, .. var rest] => Utf8.IsValid(rest) ? Of(System.Text.Encoding.UTF8, "UTF-8", rest) : null,
        [0xFF, 0xFE, .. var rest] => Strict(new UnicodeEncoding(false, false, true), "UTF-16LE", rest),
        [0xFE, 0xFF, .. var rest] => Strict(new UnicodeEncoding(true, false, true), "UTF-16BE", rest),
        _ when HalfZero(bytes, 1) => Strict(new UnicodeEncoding(false, false, true), "UTF-16LE", bytes),
        _ when HalfZero(bytes, 0) => Strict(new UnicodeEncoding(true, false, true), "UTF-16BE", bytes),
        _ when bytes.Contains((byte)0) => null,
        _ when Utf8.IsValid(bytes) => Of(System.Text.Encoding.UTF8, "UTF-8", bytes),
        _ => Strict(CodePagesEncodingProvider.Instance.GetEncoding(ShiftJis, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!, "Shift_JIS", bytes) is { } text
            && text.Text.AsSpan().IndexOfAny(NotShiftJis) < 0 ? text : null,
    };

    /// <summary>The caption that sd-scripts makes of a file: its first line, or with wildcards all lines that are not empty; blanks around lines are cut.</summary>
    public string Caption(bool wildcard)
    {
        var lines = Text.Split('\n');
        return wildcard ? string.Join('\n', lines.Select(line => line.Trim()).Where(line => line.Length > 0)) : lines[0].Trim();
    }

    /// <summary>Whether Latin letters and blanks in UTF-16 leave many zeros in this half of the bytes. (U+3000, a blank of Japanese, leaves one in the other.)</summary>
    private static bool HalfZero(ReadOnlySpan<byte> bytes, int half)
    {
        if (bytes.Length < 2 || bytes.Length % 2 != 0) return false;
        Span<int> zeros = [0, 0];
        for (int i = 0; i < bytes.Length; i++)
            if (bytes[i] == 0) zeros[i % 2]++;
        return zeros[half] > 4 * zeros[1 - half];
    }

    private static CaptionFile? Strict(Encoding encoding, string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Of(encoding, name, bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static CaptionFile Of(Encoding encoding, string name, ReadOnlySpan<byte> bytes) => new(encoding.GetString(bytes).ReplaceLineEndings("\n"), name);
}
