using Animarium.Studio.ModelLibrary;

namespace Animarium.Studio.Generation;

/// <summary>A model, text encoder, VAE or LoRA that a request names and this machine does not have.</summary>
/// <param name="Knob">The setting that names it.</param>
/// <param name="Name">As it is named.</param>
public sealed record MissingPart(Knob Knob, string Name)
{
    /// <summary>Everything a request names that is not here.</summary>
    public static IReadOnlyList<MissingPart> Of(Settings settings, ModelCatalog library)
    {
        var request = settings.Complete();
        var missing = new List<MissingPart>();
        foreach (var (key, name) in new[] { ("model", request.Model), ("vae", request.Vae), ("textEncoder", request.TextEncoder) })
            if (name is not null && !(key == "model" ? library.Has(name) : library.HasPart(name))) missing.Add(new(Knobs.Of(key), name));
        missing.AddRange(request.Loras.Where(lora => !library.Loras.Has(lora.Name)).Select(lora => new MissingPart(Knobs.Lora, lora.Name)));
        return missing;
    }
}
