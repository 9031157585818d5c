using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tomlyn;
using Tomlyn.Serialization;

namespace Animarium.Studio.Training.Files;

/// <summary>TOML, read as a stream so that depth is bounded before anything recursive sees it.</summary>
internal static class TomlText
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name for messages.</param>
    /// <exception cref="Generation.SettingException">It is no TOML; the message names the line.</exception>
    public static SettingsDocument Read(string text, string file)
    {
        var builder = new DocumentBuilder(file);
        try
        {
            var reader = TomlReader.Create(text.TrimStart('\uFEFF'), new TomlSerializerOptions());
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case TomlTokenType.PropertyName: builder.Key(reader.PropertyName!, reader.Line); break;
                    case TomlTokenType.StartTable: builder.Open(new JsonObject()); break;
                    case TomlTokenType.StartArray: builder.Open(new JsonArray()); break;
                    case TomlTokenType.EndTable or TomlTokenType.EndArray: builder.Close(); break;
                    case TomlTokenType.String: builder.Value(JsonValue.Create(reader.GetString())); break;
                    case TomlTokenType.Integer: builder.Value(JsonValue.Create(reader.GetInt64())); break;
                    case TomlTokenType.Float: builder.Value(Finite(reader.GetDouble())); break;
                    case TomlTokenType.Boolean: builder.Value(JsonValue.Create(reader.GetBoolean())); break;
                    case TomlTokenType.DateTime: builder.Value(JsonValue.Create(reader.GetRawText())); break;
                }
            }
        }
        catch (TomlException e)
        {
            throw SettingsDocument.Broken(file, e.Line ?? 0, Reason(e));
        }
        return builder.Document();
    }

    /// <summary>The value as TOML on one line.</summary>
    public static string Write(JsonNode value) => value switch
    {
        JsonArray list => $"[{string.Join(", ", list.Select(item => Write(item!)))}]",
        JsonObject table => table.Count == 0 ? "{}" : $"{{ {string.Join(", ", table.Select(pair => $"{Key(pair.Key)} = {Write(pair.Value!)}"))} }}",
        JsonValue single when single.TryGetValue(out string? text) => Quoted(text),
        JsonValue single when single.TryGetValue(out double number) => Number(number),
        JsonValue single => single.ToJsonString(),
        _ => throw new ArgumentException($"{value.GetType().Name} has no form in TOML.", nameof(value)),
    };

    /// <summary>JSON has no nan and inf: as words, every number's range refuses them.</summary>
    private static JsonValue Finite(double number) => double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(number.ToString(CultureInfo.InvariantCulture));

    private static string Key(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? name : Quoted(name);

    private static string Number(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant().Replace("infinity", "inf", StringComparison.Ordinal);
        return text.All(c => char.IsAsciiDigit(c) || c == '-') ? text + ".0" : text; // 1e+20 and 0.5 are floats already
    }

    private static string Quoted(string text)
    {
        // Windows' paths and regular expressions stay readable in single quotes, which know no escapes.
        if (text.Contains('\\', StringComparison.Ordinal) && !text.Any(c => c == '\'' || char.IsControl(c))) return $"'{text}'";
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (c < ' ' || c == '\x7f') quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>Tomlyn's message without the position, which we write ourselves.</summary>
    private static string Reason(TomlException e)
    {
        string message = e.Message;
        int colon = message.IndexOf(" : error : ", StringComparison.Ordinal);
        return colon < 0 ? message : message[(colon + " : error : ".Length)..];
    }
}
