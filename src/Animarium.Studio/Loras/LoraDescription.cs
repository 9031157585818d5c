using System.Text.Json;
using Animarium.Diffusion.Lora;

namespace Animarium.Studio.Loras;

/// <summary>What a LoRA file tells about its training.</summary>
public static class LoraDescription
{
    private static readonly string[] Trained =
    [
        "ss_network_module", "ss_optimizer", "ss_lr_scheduler", "ss_learning_rate", "ss_unet_lr", "ss_text_encoder_lr", "ss_steps", "ss_epoch", "ss_num_train_images",
        "ss_resolution", "ss_timestep_sampling", "ss_loss_type", "ss_seed", "ss_training_comment", "modelspec.date", "modelspec.author", "modelspec.implementation_version",
    ];

    /// <summary>The entries that say how it was trained, as the trainer wrote them.</summary>
    public static IReadOnlyList<(string Key, string Value)> TrainedWith(LoraFile lora) =>
        [.. Trained.Where(key => lora.Metadata.TryGetValue(key, out var value) && value is not ("" or "None")).Select(key => (key, lora.Metadata[key]))];

    /// <summary>The numbers of the transformer's blocks that it changes, rising.</summary>
    public static IReadOnlyList<int> Blocks(LoraFile lora) => [.. lora.Layers.Select(layer => layer.Block).OfType<int>().Distinct().Order()];

    /// <summary>How often each tag stood in the captions, most frequent first; empty where the file doesn't tell, or not in the form that trainers use.</summary>
    public static IReadOnlyList<(string Tag, long Count)> Tags(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("ss_tag_frequency", out var text)) return [];
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return [];
            return [.. json.RootElement.EnumerateObject().Where(folder => folder.Value.ValueKind == JsonValueKind.Object).SelectMany(folder => folder.Value.EnumerateObject())
                .Where(tag => tag.Value.ValueKind == JsonValueKind.Number && tag.Value.TryGetInt64(out _)).GroupBy(tag => tag.Name.Trim())
                .Select(tag => (tag.Key, tag.Sum(t => t.Value.GetInt64()))).OrderByDescending(tag => tag.Item2).ThenBy(tag => tag.Key, StringComparer.Ordinal)];
        }
        // OverflowException: counts that no folder of pictures has.
        catch (Exception e) when (e is JsonException or OverflowException)
        {
            return [];
        }
    }
}
