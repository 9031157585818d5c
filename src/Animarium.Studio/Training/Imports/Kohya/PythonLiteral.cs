using System.Globalization;
using System.Text;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>Python's literals as far as arguments of optimizers and networks use them: numbers, True, False, None, texts, lists and tuples of them.</summary>
internal static class PythonLiteral
{
    /// <summary><c>name=value</c> as a value of <see cref="Settings.OptimizerSettings.Args"/>: bool, long, double, string or double[]; null for None.</summary>
    public static object? Argument(string text)
    {
        text = text.Trim();
        if (Single(text) is { } single) return single;
        if (text == "None") return null;
        string inner = text is ['(' or '[', .., ')' or ']'] ? text[1..^1] : text;
        string[] parts = inner.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        double[] numbers = [.. parts.Select(Number).OfType<double>()];
        return inner.Contains(',', StringComparison.Ordinal) && numbers.Length == parts.Length ? numbers : text.Trim('\'', '"');
    }

    /// <summary>A list of texts such as <c>['.*a.*', ".*b.*"]</c>, or a single text; null if it is neither.</summary>
    public static IReadOnlyList<string>? Texts(string text)
    {
        text = text.Trim();
        bool list = text is ['[' or '(', .., ']' or ')'];
        if (list) text = text[1..^1];
        var texts = new List<string>();
        int at = 0;
        while (true)
        {
            while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == ',')) at++;
            if (at == text.Length) return list || texts.Count == 1 ? texts : null;
            if (Quoted(text, ref at) is not { } item) return null;
            texts.Add(item);
        }
    }

    private static object? Single(string text) => text switch
    {
        "True" or "true" => true,
        "False" or "false" => false,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => whole,
        _ => Number(text),
    };

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    /// <summary>Reads a quoted text, with an r before it or not; an unknown escape keeps its backslash, as in Python.</summary>
    private static string? Quoted(string text, ref int at)
    {
        bool raw = text[at] is 'r' or 'R';
        if (raw) at++;
        if (at >= text.Length || text[at] is not ('\'' or '"')) return null;
        char quote = text[at++];
        var read = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            char c = text[at++];
            if (c != '\\' || at == text.Length)
            {
                read.Append(c);
                continue;
            }
            char next = text[at++];
            if (!raw && next is '\\' or '\'' or '"') read.Append(next);
            else read.Append('\\').Append(next);
        }
        return at++ < text.Length ? read.ToString() : null;
    }
}
