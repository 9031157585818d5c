using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Files;

/// <summary>JSON as settings are written: comments and commas at the end are understood, of equal keys the last counts.</summary>
internal static class JsonText
{
    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = SettingsDocument.DeepestLevel };

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="SettingException">It is no JSON object; the message names the line.</exception>
    public static SettingsDocument Read(string text, string file)
    {
        try
        {
            var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF')), Lenient);
            var builder = new DocumentBuilder(file) { LastWins = true };
            while (reader.Read()) Token(ref reader, builder, file);
            return builder.Document();
        }
        catch (JsonException e)
        {
            throw SettingsDocument.Broken(file, (int)(e.LineNumber ?? -1) + 1, e.Message);
        }
        catch (InvalidOperationException e) // half of a surrogate pair
        {
            throw SettingsDocument.Broken(file, 0, e.Message);
        }
    }

    private static void Token(ref Utf8JsonReader reader, DocumentBuilder builder, string file)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: builder.Open(new JsonObject()); break;
            case JsonTokenType.StartArray when reader.CurrentDepth == 0: throw SettingsDocument.Broken(file, 1, TrainingWords.Say("file.unrecognised", file));
            case JsonTokenType.StartArray: builder.Open(new JsonArray()); break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray: builder.Close(); break;
            case JsonTokenType.PropertyName: builder.Key(reader.GetString()!, 0); break;
            case JsonTokenType.String: builder.Value(JsonValue.Create(reader.GetString())); break;
            case JsonTokenType.Number: builder.Value(reader.TryGetInt64(out long whole) ? JsonValue.Create(whole) : JsonValue.Create(double.IsFinite(reader.GetDouble()) ? reader.GetDouble() : 0)); break;
            case JsonTokenType.True or JsonTokenType.False: builder.Value(JsonValue.Create(reader.GetBoolean())); break;
            case JsonTokenType.Null: builder.Value(null); break;
        }
    }
}
