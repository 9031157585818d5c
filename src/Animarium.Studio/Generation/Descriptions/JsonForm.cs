using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Animarium.Studio.Generation.Descriptions;

/// <summary>Our own description of a picture: complete, and made for reading back. See docs/metadata-format.md.</summary>
public static class JsonForm
{
    /// <summary>The version of the format; readers accept higher ones and take what they know.</summary>
    public const int Version = 1;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The description as one line of JSON; characters of all scripts stay readable.</summary>
    public static string Write(PictureFacts facts)
    {
        var request = facts.Request with { Init = NameOf(facts.Request.Init), Mask = NameOf(facts.Request.Mask), Model = facts.Model.Name };
        var json = new JsonObject
        {
            ["format"] = Version,
            ["program"] = facts.Program,
            ["request"] = Settings.Of(request, knob => knob.Describes && knob.Get(request) is not null).ToJson(),
        };
        if (facts.Template is not null) json["template"] = facts.Template;
        json["model"] = Weights(facts.Model);
        json["textEncoder"] = Weights(facts.TextEncoder);
        json["vae"] = Weights(facts.Vae);
        if (facts.Loras.Count > 0) json["loras"] = new JsonArray([.. facts.Loras.Select(Weights)]);
        if (facts.Init is { } init) json["init"] = new JsonObject { ["file"] = init.File, ["sha256"] = init.Hash, ["width"] = init.Width, ["height"] = init.Height };
        return json.ToJsonString(Readable);
    }

    /// <summary>Reads a description back.</summary>
    /// <param name="json">What <see cref="Write"/> wrote, of any version.</param>
    /// <param name="problem">Is told settings that this program does not know or take.</param>
    /// <returns>Null if it is no such description.</returns>
    public static Settings? Read(string json, Action<SettingException> problem)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("request", out var request) && request.ValueKind == JsonValueKind.Object
                ? Settings.FromJson(request, problem)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads what a description says besides the request; null if it is no such description.</summary>
    public static DescribedOrigin? ReadOrigin(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? DescribedOrigin.Read(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? NameOf(string? path) => path is null ? null : Path.GetFileName(path);

    private static JsonObject Weights(WeightsUsed weights)
    {
        var json = new JsonObject { ["name"] = weights.Name, ["file"] = weights.File };
        if (weights.Hash is not null) json["sha256"] = weights.Hash;
        return json;
    }
}
