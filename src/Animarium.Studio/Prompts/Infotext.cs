using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Animarium.Studio.Prompts;

/// <summary>The "parameters" text that A1111, Forge and most others write into pictures: prompt, negative prompt and a last line of <c>key: value</c> pairs.</summary>
/// <param name="Prompt">Lines joined by line feeds.</param>
/// <param name="Negative">Empty if there is none.</param>
/// <param name="Fields">Key and value in order; repeated keys are kept, values untrimmed.</param>
/// <param name="Json">Values that are JSON objects or arrays (Civitai resources, Hashes), in order.</param>
public sealed record Infotext(
    string Prompt, string Negative, IReadOnlyList<KeyValuePair<string, string>> Fields, IReadOnlyList<KeyValuePair<string, JsonNode>> Json)
{
    private const string NegativeLabel = "Negative prompt:";

    /// <summary>A field's value without blanks around it; the last one wins; null if there is none.</summary>
    public string? this[string key] => Fields.LastOrDefault(field => field.Key == key).Value?.Trim();

    /// <summary>Width and height in pixels from the Size field, or null.</summary>
    public (int Width, int Height)? Size =>
        this["Size"]?.Split('x') is [var w, var h]
        && int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out int width)
        && int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out int height) ? (width, height) : null;

    /// <summary>The lists "name: hash, name: hash" of <c>Lora hashes</c> and <c>TI hashes</c>.</summary>
    /// <param name="key">The field.</param>
    public IReadOnlyDictionary<string, string> Hashes(string key)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in this[key]?.Split(',') ?? [])
            if (pair.LastIndexOf(':') is var colon and > 0) hashes[pair[..colon].Trim()] = pair[(colon + 1)..].Trim();
        return hashes;
    }

    /// <summary>Reads any text; what is no infotext is all prompt. Linear in the text.</summary>
    public static Infotext Parse(string text)
    {
        var lines = text.Trim().Split('\n').Select(line => line.Trim()).ToList();
        var parameters = ParameterLine.Read(lines[^1]);
        if (parameters.Pairs >= 3) lines.RemoveAt(lines.Count - 1);
        else parameters = new([], [], 0);
        StringBuilder prompt = new(), negative = new();
        var current = prompt;
        foreach (string line in lines)
        {
            bool labelled = line.StartsWith(NegativeLabel, StringComparison.Ordinal);
            if (labelled) current = negative;
            if (current.Length > 0) current.Append('\n');
            current.Append(labelled ? line[NegativeLabel.Length..].Trim() : line);
        }
        return new(prompt.ToString(), negative.ToString(), parameters.Fields, parameters.Json);
    }

    /// <summary>Writes an infotext.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="negative">Empty: no such line.</param>
    /// <param name="fields">In order. Null values are left out; numbers are written without superfluous zeros; a value equal to its key is written as the key alone.</param>
    public static string Write(string prompt, string negative, IEnumerable<KeyValuePair<string, object?>> fields)
    {
        var pairs = from field in fields
                    let value = Convert.ToString(field.Value, CultureInfo.InvariantCulture)
                    where field.Value is not null
                    select value == field.Key ? field.Key : $"{field.Key}: {Quoted(value)}";
        string label = negative.Length > 0 ? $"\n{NegativeLabel} {negative}" : "";
        return $"{prompt}{label}\n{string.Join(", ", pairs)}".Trim();
    }

    /// <summary>A value with a comma, colon or line break becomes a JSON string; characters beyond ASCII stay.</summary>
    private static string Quoted(string value)
    {
        if (value.AsSpan().IndexOfAny(',', ':', '\n') < 0) return value;
        var quoted = new StringBuilder("\"");
        foreach (char c in value)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                '\b' => @"\b",
                '\f' => @"\f",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }
        return quoted.Append('"').ToString();
    }
}
