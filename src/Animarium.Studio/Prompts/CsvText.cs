using System.Text;

namespace Animarium.Studio.Prompts;

/// <summary>A row of a CSV text.</summary>
/// <param name="Line">Of the file, counted from 1, where the row begins.</param>
/// <param name="Fields">Its values; null: a quotation mark is never closed.</param>
internal readonly record struct CsvRow(int Line, IReadOnlyList<string>? Fields);

/// <summary>Values separated by commas, as spreadsheets and tag lists write them (RFC 4180). Linear in the text.</summary>
internal static class CsvText
{
    /// <summary>The rows that are not empty.</summary>
    /// <param name="text">With line feeds alone.</param>
    /// <param name="multiline">Whether a value in quotation marks may go over lines. Where it may not, an open quotation mark spoils its line alone.</param>
    public static IEnumerable<CsvRow> Read(string text, bool multiline)
    {
        int line = 1;
        for (int at = 0; at < text.Length;)
        {
            int begins = line, from = at;
            var fields = Row(text, ref at, multiline);
            line += text.AsSpan(from, at - from).Count('\n');
            if (fields is null or not [""]) yield return new(begins, fields);
        }
    }

    /// <summary>One row; values with a comma, a quotation mark or a line break are quoted.</summary>
    public static string Write(params IEnumerable<string> fields) => string.Join(',', fields.Select(field =>
        field.AsSpan().IndexOfAny(",\"\n\r") < 0 && field == field.Trim() ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\n";

    private static List<string>? Row(string text, ref int at, bool multiline)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        int start = at;
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '"' && quoted && at + 1 < text.Length && text[at + 1] == '"') field.Append(text[at++]);
            else if (c == '"' && (quoted || field.Length == 0)) quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (c == '\n' && (!quoted || !multiline)) break;
            else field.Append(c);
        }
        if (quoted && multiline) at = text.IndexOf('\n', start) is var end and >= 0 ? end : text.Length; // try again with the next line
        if (at < text.Length) at++;
        if (quoted) return null;
        fields.Add(field.ToString());
        return fields;
    }
}
