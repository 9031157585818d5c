using System.Text.Json;
using System.Text.Json.Serialization;
using Animarium.Studio.Generation;

namespace Animarium.Web.Api;

/// <summary>How values are written: camelCase names and words, as in the descriptions of pictures.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Set(new(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Set(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow; // a misspelt field must not be ignored
        options.MaxDepth = 32;
        return options;
    }
}

/// <summary>Settings in requests and answers: some of the knobs by their keys, as the command line and the pictures' descriptions have them.</summary>
/// <param name="Value">The settings.</param>
[JsonConverter(typeof(DrawSettingsConverter))]
public sealed record DrawSettings(Settings Value);

internal sealed class DrawSettingsConverter : JsonConverter<DrawSettings>
{
    public override DrawSettings Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new(Settings.FromJson(document.RootElement));
    }

    public override void Write(Utf8JsonWriter writer, DrawSettings value, JsonSerializerOptions options) => value.Value.ToJson().WriteTo(writer);
}
