using System.Text.RegularExpressions;
using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Lora;

/// <summary>The family of LoRAs and their relatives: what they are by their tensors' roles, for which model by their modules' names.</summary>
internal static partial class LoraFamily
{
    /// <summary>The family of a LoRA or control adapter; null if the tensors are neither.</summary>
    public static Family? Detect(IReadOnlyDictionary<string, TensorEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        if (entries.Keys.FirstOrDefault(name => name.StartsWith("lllite_", StringComparison.Ordinal)) is { } lllite)
            return lllite.StartsWith("lllite_dit_", StringComparison.Ordinal)
                ? new("anima-lllite", FileKind.ControlAdapter, Acceptance.InPart, new("This is a control adapter (LLLite) for Anima, not a LoRA.", "これは LoRA ではなく Anima 用の制御アダプター（LLLite）です。"))
                : Refused("sdxl-lllite", FileKind.ControlAdapter, "This is a control adapter (LLLite) for SDXL.", "これは SDXL 用の制御アダプター（LLLite）です。");

        List<LoraLayer> layers = [.. LoraKeys.Group(entries.Values).Modules.Select(m => new LoraLayer(m.Key, LoraKeys.Locate(m.Key), m.Value)).Where(l => l.HasFactors)];
        if (layers.Count == 0) return null;
        var family = ForeignModels.Recognise(layers) is var (foreign, _)
            ? Refused(foreign.Family, FileKind.Lora, $"This LoRA is for {foreign.Short}.", $"これは {foreign.Japanese} 用の LoRA です。")
            : layers.Exists(l => AnimaBlocks().IsMatch(l.Name.Replace('.', '_'))) ? Anima(layers) : Unknown(metadata);
        return family with { Ranks = [.. layers.Select(l => l.Rank).OfType<long>().Distinct().Order()], Sizes = new Dictionary<string, long> { ["modules"] = layers.Count } };
    }

    static Family Anima(List<LoraLayer> layers)
    {
        // The enumeration's order is that of how telling a form is; a LoRA may carry differences of norms beside its factors.
        var algorithm = layers.Min(l => l.Algorithm);
        string kind = algorithm == LoraAlgorithm.Lora ? "lora-" + NamingOf(layers) : algorithm.ToString().ToLowerInvariant();
        return new("anima-" + kind, FileKind.Lora, Acceptance.Accepted, new($"This is a LoRA for Anima ({kind}).", $"これは Anima 用の LoRA です（{kind}）。"));
    }

    static string NamingOf(List<LoraLayer> layers)
    {
        var namings = layers.Select(l => LoraKeys.Locate(l.Name).Naming).ToHashSet();
        bool diffusers = namings.Overlaps([LoraNaming.Diffusers, LoraNaming.OneTrainer]) || layers.Exists(l => l.Path.StartsWith("transformer_blocks_", StringComparison.Ordinal));
        return diffusers ? "diffusers" : namings.Overlaps([LoraNaming.Kohya, LoraNaming.Lycoris]) ? "kohya" : namings.Contains(LoraNaming.Peft) ? "peft" : "comfyui";
    }

    static Family Unknown(IReadOnlyDictionary<string, string> metadata)
    {
        string said = metadata.GetValueOrDefault("modelspec.architecture") ?? metadata.GetValueOrDefault("ss_base_model_version") ?? "";
        return said.Length is 0 or > 100
            ? Refused("unknown-lora", FileKind.Lora, "This LoRA is for a model that Animarium doesn't know.", "これは Animarium の知らないモデル用の LoRA です。")
            : Refused("unknown-lora", FileKind.Lora, $"This LoRA is for another model; it calls its base \"{said}\".", $"これは別のモデル用の LoRA です（ベース: {said}）。");
    }

    static Family Refused(string name, FileKind kind, string english, string japanese) => new(name, kind, Acceptance.Refused, new(english, japanese));

    // Transformer, adapter and text encoder, by their official and by their diffusers names.
    [GeneratedRegex(@"blocks_\d+_(?:self_attn_|cross_attn_|mlp_layer|adaln_modulation)|llm_adapter_|x_embedder_proj|t_embedder_1|t_embedding_norm|final_layer_(?:linear|adaln)|transformer_blocks_\d+_(?:attn[12]_|ff_net|norm[123]_linear)|text_conditioner_|patch_embed_proj|time_embed_|norm_out_linear|proj_out|(?:^lora_te|text_encoder|qwen3_06b_transformer|model)_(?:model_)?layers_\d+_(?:self_attn|mlp|input_layernorm|post_attention)")]
    private static partial Regex AnimaBlocks();
}
