using System.Text.Json;
using Animarium.Studio.Images;
using Animarium.Studio.Prompts;

namespace Animarium.Studio.Generation.Descriptions;

/// <summary>What a picture's description says besides the request: which files it came from.</summary>
/// <param name="Model">The diffusion model, or null. A stranger's hash has its first ten digits.</param>
/// <param name="Loras">The LoRAs for which a hash is said; a stranger's has its first twelve digits.</param>
/// <param name="Init">The picture it was drawn over, or null.</param>
/// <param name="Template">The prompt before wildcards were chosen, or null.</param>
public sealed record DescribedOrigin(WeightsUsed? Model, IReadOnlyList<WeightsUsed> Loras, PictureUsed? Init, string? Template)
{
    private static readonly DescribedOrigin None = new(null, [], null, null);

    /// <summary>Reads it; what is damaged counts as absent.</summary>
    public static DescribedOrigin Of(ImageMetadata metadata)
    {
        if (metadata.Animarium is { } json && JsonForm.ReadOrigin(json) is { } own) return own;
        return metadata.Import() is { } stranger ? OfInfotext(stranger.Infotext) : None;
    }

    private static DescribedOrigin OfInfotext(Infotext infotext) => new(
        infotext["Model"] is { Length: > 0 } model ? new(ImportedSettings.ModelName(model), model, infotext["Model hash"]) : null,
        [.. infotext.Hashes("Lora hashes").Select(lora => new WeightsUsed(lora.Key, lora.Key, lora.Value))], null, null);

    internal static DescribedOrigin Read(JsonElement json) => new(
        Weights(Member(json, "model")),
        Member(json, "loras") is { ValueKind: JsonValueKind.Array } loras ? [.. loras.EnumerateArray().Select(lora => Weights(lora)).OfType<WeightsUsed>()] : [],
        Picture(Member(json, "init")), Text(json, "template"));

    private static WeightsUsed? Weights(JsonElement json) => Text(json, "name") is { } name ? new(name, Text(json, "file") ?? name, Text(json, "sha256")) : null;

    private static PictureUsed? Picture(JsonElement json) =>
        Text(json, "sha256") is { } hash && Number(json, "width") is { } width && Number(json, "height") is { } height ? new(Text(json, "file") ?? "", hash, width, height) : null;

    private static JsonElement Member(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static int? Number(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int value) ? value : null;
}
