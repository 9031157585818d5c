using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>How a LoRA is written.</summary>
public sealed record LoraFormat
{
    /// <summary>The names: those of kohya (every program reads them but diffusers), ComfyUI or diffusers.</summary>
    public LoraNaming Naming { get; init; } = LoraNaming.Kohya;

    /// <summary>The type of the tensors; null: each keeps its own.</summary>
    public ScalarType? Type { get; init; } = ScalarType.BFloat16;

    /// <summary>Entries of the header. The writer adds those that follow from the content: hashes, and what diffusers keeps there.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// Writes LoRA files that appear whole or not at all. Every file carries the hashes by which sites and programs know it: <c>sshs_model_hash</c> and
/// <c>modelspec.hash_sha256</c> over the tensors' bytes, and <c>sshs_legacy_hash</c>.
/// </summary>
public static class LoraWriter
{
    /// <summary>Writes a LoRA.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="format">Names, type and metadata; null: kohya's names in bf16.</param>
    /// <param name="cancel">Ends the writing early; an older file stays.</param>
    /// <exception cref="LoraException">The naming can't hold a layer, or the type a value.</exception>
    /// <exception cref="IOException">The disk is full, or the system can't write there; an older file stays.</exception>
    public static void Write(string path, IReadOnlyList<LoraLayerTensors> layers, LoraFormat? format = null, CancellationToken cancel = default)
    {
        format ??= new();
        IReadOnlyList<StoredTensor> tensors = [.. layers.SelectMany(layer => LoraNames.Tensors(path, layer, format))];
        var metadata = format.Metadata.Where(m => !IsComputed(m.Key)).ToDictionary();
        if (format.Naming == LoraNaming.Diffusers) metadata[PeftSettings.Entry] = PeftSettings.Write(layers);

        // The legacy hash is that of the file as it would be with the training's own entries only.
        var hash = SafeTensorsWriter.HashOf(tensors, metadata.Where(m => m.Key.StartsWith("ss_", StringComparison.Ordinal)).ToDictionary(), cancel);
        metadata["sshs_model_hash"] = hash.Tensors;
        metadata["sshs_legacy_hash"] = hash.AutoV1.ToLowerInvariant();
        if (metadata.Keys.Any(key => key.StartsWith("modelspec.", StringComparison.Ordinal))) metadata["modelspec.hash_sha256"] = "0x" + hash.Tensors;
        SafeTensorsWriter.Write(path, tensors, metadata, cancel);
    }

    static bool IsComputed(string key) => key is PeftSettings.Entry || key.StartsWith("sshs_", StringComparison.Ordinal) || key.StartsWith("modelspec.hash_", StringComparison.Ordinal);
}
