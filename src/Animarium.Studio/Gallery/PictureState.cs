using System.Text.Json;
using System.Text.Json.Serialization;

namespace Animarium.Studio.Gallery;

/// <summary>What a person decided about a picture, as undo and the journal keep it. Everything else about a picture is in its file.</summary>
internal sealed record PictureState
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>0…5.</summary>
    public int Rating { get; init; }

    public string? Note { get; init; }

    /// <summary>The person's own, sorted; null: none.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Sorted; null: none.</summary>
    public IReadOnlyList<string>? Collections { get; init; }

    /// <summary>Where a picture in the trash goes back to; null: it is not there.</summary>
    public string? Origin { get; init; }

    /// <summary>Since when it is in the trash, in milliseconds since 1970.</summary>
    public long? Trashed { get; init; }

    /// <summary>Whether anything was decided.</summary>
    [JsonIgnore]
    public bool IsPlain => Same(new());

    /// <summary>Whether both say the same.</summary>
    public bool Same(PictureState other) => ToJson() == other.ToJson();

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <exception cref="JsonException">It is none.</exception>
    public static PictureState FromJson(string json) => JsonSerializer.Deserialize<PictureState>(json, Options) ?? throw new JsonException();

    /// <summary>A list with a name or without it; names are the same in any case.</summary>
    public static IReadOnlyList<string>? With(IReadOnlyList<string>? names, string name, bool present)
    {
        var kept = (names ?? []).Where(known => !known.Equals(name, StringComparison.OrdinalIgnoreCase));
        string[] all = [.. (present ? kept.Append(name) : kept).Order(StringComparer.OrdinalIgnoreCase)];
        return all.Length > 0 ? all : null;
    }
}
