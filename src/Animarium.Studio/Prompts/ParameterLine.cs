using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Diffusion.Prompts;

namespace Animarium.Studio.Prompts;

/// <summary>The last line of an infotext.</summary>
/// <param name="Fields">Key and value; empty values are left out.</param>
/// <param name="Json">Values that are JSON objects or arrays.</param>
/// <param name="Pairs">How many pairs stand there, empty ones counted: with fewer than three it is no parameter line.</param>
internal sealed record ParameterLine(
    IReadOnlyList<KeyValuePair<string, string>> Fields, IReadOnlyList<KeyValuePair<string, JsonNode>> Json, int Pairs)
{
    /// <summary>After so many values that begin like JSON and are none, the rest is read as plain: keeps the scan for closing brackets linear.</summary>
    private const int MaxFailures = 16;

    /// <summary>Reads the pairs of a line: a key of two or more word characters, blanks, <c>-</c> or <c>/</c>; a value in quotes, in JSON, or up to the next comma.</summary>
    public static ParameterLine Read(string line)
    {
        var fields = new List<KeyValuePair<string, string>>();
        var json = new List<KeyValuePair<string, JsonNode>>();
        int pairs = 0, failures = 0;
        for (int at = 0; NextKey(line, ref at) is { } key; pairs++)
        {
            while (at < line.Length && PythonSyntax.IsSpace(line[at])) at++;
            int end = failures < MaxFailures && at < line.Length && line[at] is '{' or '[' ? JsonEnd(line, at) : -1;
            if (end > at && Structured(line[at..end]) is { } node) json.Add(new(key, node));
            else
            {
                if (end != -1) failures++;
                end = QuoteEnd(line, at);
                if (end < 0) end = line.IndexOf(',', at);
                if (end < 0) end = line.Length;
                string value = Unquoted(line[at..end]);
                if (value.Length > 0) fields.Add(new(key, value));
            }
            at = end + 1;
        }
        return new(fields, json, pairs);
    }

    /// <summary>The next key, with <paramref name="at"/> moved behind its colon.</summary>
    private static string? NextKey(string line, ref int at)
    {
        while (at < line.Length)
        {
            int start = -1;
            for (; at < line.Length && (PythonSyntax.IsWord(line, at) || line[at] is ' ' or '-' or '/'); at++)
                if (start < 0 && PythonSyntax.IsWord(line, at)) start = at;
            int colon = at++;
            if (colon < line.Length && line[colon] == ':' && start >= 0 && colon > start + 1) return line[start..colon];
        }
        return null;
    }

    /// <summary>The end of a quoted value that a comma or the end of the line follows, or −1.</summary>
    private static int QuoteEnd(string line, int at)
    {
        if (at >= line.Length || line[at] != '"') return -1;
        int end = StringEnd(line, at);
        return end > at + 2 && (end == line.Length || line[end] == ',') ? end : -1;
    }

    /// <summary>Behind the closing quote of the string that opens here; −1 if it never closes.</summary>
    private static int StringEnd(string line, int at)
    {
        for (int i = at + 1; i < line.Length; i++)
        {
            if (line[i] == '\\') i++;
            else if (line[i] == '"') return i + 1;
        }
        return -1;
    }

    /// <summary>Behind the bracket that closes the one here, quotes respected; 0 if it never closes.</summary>
    private static int JsonEnd(string line, int at)
    {
        for (int i = at, depth = 0; i < line.Length; i++)
        {
            if (line[i] is '{' or '[') depth++;
            else if (line[i] is '}' or ']' && --depth == 0) return i + 1;
            else if (line[i] == '"' && (i = StringEnd(line, i) - 1) < 0) return 0;
        }
        return 0;
    }

    private static JsonNode? Structured(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (Exception e) when (e is JsonException or ArgumentException) // ArgumentException: a lone surrogate
        {
            return null;
        }
    }

    /// <summary>A JSON string's content; anything else stays as it is.</summary>
    private static string Unquoted(string value)
    {
        if (value is not ['"', .., '"']) return value;
        try
        {
            return JsonSerializer.Deserialize<string>(value) ?? "";
        }
        catch (Exception e) when (e is JsonException or ArgumentException) // ArgumentException: a lone surrogate
        {
            return value;
        }
    }
}
