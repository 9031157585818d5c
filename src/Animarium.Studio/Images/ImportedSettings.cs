using System.Text.Json;
using Animarium.Studio.Prompts;

namespace Animarium.Studio.Images;

/// <summary>A stranger's description in the one form the studio reads.</summary>
/// <param name="Infotext">Prompt (LoRAs as <c>&lt;lora:name:weight&gt;</c>), negative prompt and A1111's field names; samplers keep the name their program uses.</param>
/// <param name="Unmapped">What has no counterpart, for people: it is shown, never silently lost.</param>
public sealed record ImportedSettings(Infotext Infotext, IReadOnlyList<string> Unmapped)
{
    private static readonly Dictionary<string, string> SwarmFields = new()
    {
        ["steps"] = "Steps", ["sampler"] = "Sampler", ["scheduler"] = "Schedule type", ["cfgscale"] = "CFG scale", ["seed"] = "Seed",
        ["sigmashift"] = "Shift", ["model"] = "Model", ["vae"] = "Module 1", ["initimagecreativity"] = "Denoising strength",
    };

    private static readonly Dictionary<string, string> NovelFields = new()
    {
        ["steps"] = "Steps", ["sampler"] = "Sampler", ["noise_schedule"] = "Schedule type", ["scale"] = "CFG scale", ["seed"] = "Seed", ["strength"] = "Denoising strength",
    };

    /// <summary>Reads whatever a picture carries; null where nothing can be read.</summary>
    public static ImportedSettings? From(ImageMetadata metadata)
    {
        try
        {
            return metadata.Source switch
            {
                MetadataSource.SwarmUI => FromJson(metadata.Parameters!, "sui_image_params", "negativeprompt", SwarmFields),
                MetadataSource.NovelAI when metadata["Comment"] is { } comment => FromJson(comment, null, "uc", NovelFields),
                MetadataSource.ComfyUI when metadata.ComfyPrompt is { } prompt => ComfyWorkflow.Read(prompt),
                _ when metadata.Parameters is { } text => new(Infotext.Parse(text), []),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A LoRA as prompts name it.</summary>
    internal static string LoraTag(string file, string? weight) => $"<lora:{ModelName(file)}:{weight ?? "1"}>";

    /// <summary>A weights file's name without folders and extension; a version's point stays.</summary>
    internal static string ModelName(string file)
    {
        string name = file[(file.LastIndexOfAny(['/', '\\']) + 1)..];
        return Path.GetExtension(name).ToLowerInvariant() is ".safetensors" or ".sft" or ".ckpt" or ".pt" or ".pth" or ".gguf" ? Path.GetFileNameWithoutExtension(name) : name;
    }

    /// <summary>Programs that write one flat object of names and values.</summary>
    private static ImportedSettings? FromJson(string json, string? within, string negativeKey, Dictionary<string, string> names)
    {
        using var document = JsonDocument.Parse(json);
        var values = document.RootElement;
        if (within is not null && !(values.ValueKind == JsonValueKind.Object && values.TryGetProperty(within, out values)) || values.ValueKind != JsonValueKind.Object) return null;

        var all = values.EnumerateObject().DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value);
        string Take(string key) => all.Remove(key, out var value) ? value.ToString() : "";
        var prompt = Take("prompt");
        var negative = Take(negativeKey);
        var fields = names.Select(name => new KeyValuePair<string, string>(name.Value, Take(name.Key))).Where(field => field.Value.Length > 0).ToList();
        if (Take("width") is { Length: > 0 } width && Take("height") is { Length: > 0 } height) fields.Add(new("Size", $"{width}x{height}"));

        string[] weights = Items("loraweights");
        foreach (var (name, index) in Items("loras").Select((name, index) => (name, index)))
            prompt += " " + LoraTag(name, index < weights.Length ? weights[index] : null);
        return new(new(prompt, negative, fields, []), [.. all.Select(left => $"{left.Key}: {left.Value}")]);

        string[] Items(string key) => !all.Remove(key, out var value) ? []
            : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => item.ToString())]
            : value.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
