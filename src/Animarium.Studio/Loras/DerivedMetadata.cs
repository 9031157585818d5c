using System.Globalization;
using Animarium.Diffusion.Lora;
using Animarium.Studio.Training.Output;

namespace Animarium.Studio.Loras;

/// <summary>What becomes of a file's metadata in a conversion.</summary>
public enum KeptMetadata
{
    /// <summary>All of it.</summary>
    All,

    /// <summary>All, but of every path only the last name.</summary>
    WithoutPaths,

    /// <summary>None but the hashes.</summary>
    None,
}

/// <summary>The header of LoRAs that were made of other files.</summary>
internal static class DerivedMetadata
{
    /// <summary>Of a converted file.</summary>
    public static IReadOnlyDictionary<string, string> Kept(IReadOnlyDictionary<string, string> metadata, KeptMetadata kept) => kept switch
    {
        KeptMetadata.All => metadata,
        KeptMetadata.WithoutPaths => metadata.ToDictionary(m => m.Key, m => m.Key == "modelspec.thumbnail" ? m.Value : new Disclosure(withoutPaths: true).Text(m.Value)),
        _ => new Dictionary<string, string>(),
    };

    /// <summary>Of a resized file: the training's own, with the new rank.</summary>
    public static IReadOnlyDictionary<string, string> Resized(LoraFile file, IReadOnlyList<ReducedLayer> layers)
    {
        var metadata = file.Metadata.ToDictionary();
        string before = file.Ranks is [var one] ? one.ToString(CultureInfo.InvariantCulture) : "dynamic";
        SetRank(metadata, layers);
        metadata["ss_training_comment"] = $"Dimension is resized from {before} to {metadata["ss_network_dim"]}; {metadata.GetValueOrDefault("ss_training_comment")}".TrimEnd(' ', ';');
        return metadata;
    }

    /// <summary>Of several LoRAs in one.</summary>
    public static IReadOnlyDictionary<string, string> Merged(string path, string parts, IReadOnlyList<ReducedLayer> layers, DateTimeOffset now)
    {
        var metadata = New(path, layers, now);
        metadata["modelspec.merged_from"] = parts;
        return metadata;
    }

    /// <summary>Of the difference of two checkpoints.</summary>
    public static IReadOnlyDictionary<string, string> Extracted(string path, string tuned, string original, IReadOnlyList<ReducedLayer> layers, DateTimeOffset now)
    {
        var metadata = New(path, layers, now);
        metadata["ss_sd_model_name"] = Disclosure.NameOf(original);
        metadata["modelspec.description"] = $"The difference of {Disclosure.NameOf(tuned)} and {Disclosure.NameOf(original)}.";
        return metadata;
    }

    /// <summary>Of a checkpoint with LoRAs in it. A hash of the old tensors would be wrong.</summary>
    public static IReadOnlyDictionary<string, string> MergedInto(IReadOnlyDictionary<string, string> metadata, IEnumerable<string> loras, string checkpoint)
    {
        var merged = metadata.Where(m => !m.Key.StartsWith("modelspec.hash_", StringComparison.Ordinal) && !m.Key.StartsWith("sshs_", StringComparison.Ordinal)).ToDictionary();
        merged["modelspec.merged_from"] = string.Join(", ", loras.Prepend(checkpoint).Select(file => Path.GetFileNameWithoutExtension(Disclosure.NameOf(file))));
        return merged;
    }

    private static Dictionary<string, string> New(string path, IReadOnlyList<ReducedLayer> layers, DateTimeOffset now)
    {
        string title = Path.GetFileNameWithoutExtension(path);
        var metadata = ModelSpec.Basics(title, now).ToDictionary(m => m.Key, m => m.Value);
        metadata["ss_base_model_version"] = "anima";
        metadata["ss_network_module"] = "networks.lora_anima";
        metadata["ss_output_name"] = title;
        SetRank(metadata, layers);
        return metadata;
    }

    // Every alpha is the rank: the scale is in the factors.
    private static void SetRank(Dictionary<string, string> metadata, IReadOnlyList<ReducedLayer> layers) =>
        metadata["ss_network_dim"] = metadata["ss_network_alpha"] = layers.Select(l => l.Layer.Rank).OfType<long>().Distinct().ToList() is [var rank] ? rank.ToString(CultureInfo.InvariantCulture) : "Dynamic";
}
