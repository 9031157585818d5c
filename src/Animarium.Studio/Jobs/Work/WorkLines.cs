using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Animarium.Studio.Jobs.Work;

/// <summary>Messages and reports as lines: one JSON object each (docs/worker.md).</summary>
public static class WorkLines
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // between two programs, never in a page
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowOutOfOrderMetadataProperties = true,
    };

    /// <summary>One line, without its end.</summary>
    public static string Write<T>(T message) where T : class => JsonSerializer.Serialize(message, Options);

    /// <summary>Reads a line.</summary>
    /// <exception cref="InvalidDataException">It is none of these.</exception>
    public static T Read<T>(string line) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Options) ?? throw new InvalidDataException("null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"{e.Message} «{line[..Math.Min(line.Length, 200)]}»", e);
        }
    }
}
