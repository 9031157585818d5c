using System.Text.RegularExpressions;

namespace Animarium.Diffusion.Weights;

/// <summary>Tells LoRAs and their relatives: what they are by their tensors' endings, for which model by their modules' names.</summary>
internal static partial class LoraFamily
{
    /// <summary>Endings of adapter tensors; those with <c>Rank</c> have the rank as their first size.</summary>
    static readonly (string Ending, string Method, bool Rank)[] Endings =
    [
        (".lora_down.weight", "lora", true), (".lora_up.weight", "lora", false), (".lora_mid.weight", "lora", false),
        (".lora_A.weight", "lora", true), (".lora_B.weight", "lora", false), (".lora_A.default.weight", "lora", true), (".lora_B.default.weight", "lora", false),
        (".lora_A", "lora", true), (".lora_B", "lora", false), (".lora.down.weight", "lora", true), (".lora.up.weight", "lora", false),
        (".hada_w1_a", "loha", false), (".hada_w1_b", "loha", true), (".hada_w2_a", "loha", false), (".hada_w2_b", "loha", true),
        (".lokr_w1", "lokr", false), (".lokr_w1_a", "lokr", false), (".lokr_w1_b", "lokr", true), (".lokr_w2", "lokr", false), (".lokr_w2_a", "lokr", false), (".lokr_w2_b", "lokr", true),
        (".a1.weight", "glora", false), (".a2.weight", "glora", true), (".b1.weight", "glora", false), (".b2.weight", "glora", true),
        (".oft_blocks", "oft", false), (".oft_diag", "oft", false), (".on_input", "ia3", false),
        (".diff", "full", false), (".diff_b", "full", false), (".w_norm", "full", false), (".b_norm", "full", false), (".set_weight", "full", false),
    ];

    /// <summary>Modules of other models, with underscores for dots; asked in this order, before Anima's.</summary>
    static readonly (Regex Modules, string Name, string English, string Japanese)[] Foreign =
    [
        (SingleOrDoubleBlocks(), "flux-lora", "This LoRA is for Flux.", "これは Flux 用の LoRA です。"),
        (JointBlocks(), "sd3-lora", "This LoRA is for Stable Diffusion 3.", "これは Stable Diffusion 3 用の LoRA です。"),
        (SdxlBlocks(), "sdxl-lora", "This LoRA is for SDXL.", "これは SDXL 用の LoRA です。"),
        (UnetBlocks(), "sd1.5-lora", "This LoRA is for Stable Diffusion 1.x.", "これは Stable Diffusion 1.x 用の LoRA です。"),
        (QwenImageBlocks(), "qwen-image-lora", "This LoRA is for Qwen-Image.", "これは Qwen-Image 用の LoRA です。"),
        (WanBlocks(), "wan-lora", "This LoRA is for Wan.", "これは Wan 用の LoRA です。"),
        (LuminaBlocks(), "lumina-lora", "This LoRA is for Lumina 2 or Z-Image.", "これは Lumina 2 か Z-Image 用の LoRA です。"),
    ];

    /// <summary>The family of a LoRA or control adapter; null if the tensors are neither.</summary>
    public static Family? Detect(IReadOnlyDictionary<string, TensorEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        if (entries.Keys.FirstOrDefault(name => name.StartsWith("lllite_", StringComparison.Ordinal)) is { } lllite)
            return lllite.StartsWith("lllite_dit_", StringComparison.Ordinal)
                ? new("anima-lllite", FileKind.ControlAdapter, Acceptance.InPart, new("This is a control adapter (LLLite) for Anima, not a LoRA.", "これは LoRA ではなく Anima 用の制御アダプター（LLLite）です。"))
                : Refused("sdxl-lllite", FileKind.ControlAdapter, "This is a control adapter (LLLite) for SDXL.", "これは SDXL 用の制御アダプター（LLLite）です。");

        var layers = entries.Values.SelectMany(entry => Endings.Where(e => entry.Name.EndsWith(e.Ending, StringComparison.Ordinal))
            .Select(e => (Module: entry.Name[..^e.Ending.Length], e.Method, Rank: e.Rank && entry.Shape.Length > 0 ? entry.Shape[0] : 0, entry.Shape))).ToList();
        if (layers.Count == 0) return null;
        var modules = layers.Select(l => l.Module).Distinct().ToList();
        var family = Foreigner(layers.Select(l => (l.Module.Replace('.', '_'), l.Rank > 0 && l.Shape.Length > 1 ? l.Shape[1] : 0)).ToList())
            ?? (modules.Exists(module => AnimaBlocks().IsMatch(module.Replace('.', '_'))) ? Anima(modules, layers.Select(l => l.Method), layers.Exists(l => l.Method == "oft" && l.Shape.Length == 4)) : Unknown(metadata));
        return family with { Ranks = [.. layers.Select(l => l.Rank).Where(r => r > 0).Distinct().Order()], Sizes = new Dictionary<string, long> { ["modules"] = modules.Count } };
    }

    static Family? Foreigner(List<(string Module, long Inputs)> layers)
    {
        foreach (var (pattern, name, english, japanese) in Foreign)
        {
            if (!layers.Exists(l => pattern.IsMatch(l.Module))) continue;
            // SD 1, SD 2 and SDXL share many names; the width of the text that a layer reads tells them apart.
            var text = name == "sd1.5-lora" ? layers.Where(l => l.Module.EndsWith("attn2_to_k", StringComparison.Ordinal)).Select(l => l.Inputs).FirstOrDefault(n => n > 0) : 0;
            return text switch
            {
                2048 => Refused("sdxl-lora", FileKind.Lora, Foreign[2].English, Foreign[2].Japanese),
                1024 => Refused("sd2-lora", FileKind.Lora, "This LoRA is for Stable Diffusion 2.x.", "これは Stable Diffusion 2.x 用の LoRA です。"),
                _ => Refused(name, FileKind.Lora, english, japanese),
            };
        }
        return null;
    }

    static Family Anima(List<string> modules, IEnumerable<string> methods, bool butterfly)
    {
        string method = Array.Find(["lora", "loha", "lokr", "glora", "oft", "ia3"], methods.Contains) ?? "full";
        if (butterfly) method = "boft";
        string kind = method == "lora" ? "lora-" + NamingOf(modules) : method;
        return new("anima-" + kind, FileKind.Lora, Acceptance.Accepted, new($"This is a LoRA for Anima ({kind}).", $"これは Anima 用の LoRA です（{kind}）。"));
    }

    static string NamingOf(List<string> modules)
    {
        bool Any(string start) => modules.Exists(m => m.StartsWith(start, StringComparison.Ordinal));
        return Any("lora_transformer_") || Any("transformer.") || Any("transformer_blocks.") || Any("text_conditioner.") ? "diffusers"
            : Any("lora_") || Any("lycoris_") ? "kohya"
            : Any("base_model.") ? "peft" : "comfyui";
    }

    static Family Unknown(IReadOnlyDictionary<string, string> metadata)
    {
        string said = metadata.GetValueOrDefault("modelspec.architecture") ?? metadata.GetValueOrDefault("ss_base_model_version") ?? "";
        return said.Length is 0 or > 100
            ? Refused("unknown-lora", FileKind.Lora, "This LoRA is for a model that Animarium doesn't know.", "これは Animarium の知らないモデル用の LoRA です。")
            : Refused("unknown-lora", FileKind.Lora, $"This LoRA is for another model; it calls its base \"{said}\".", $"これは別のモデル用の LoRA です（ベース: {said}）。");
    }

    static Family Refused(string name, FileKind kind, string english, string japanese) => new(name, kind, Acceptance.Refused, new(english, japanese));

    [GeneratedRegex(@"(?:single|double)_blocks_\d|single_transformer_blocks_\d")]
    private static partial Regex SingleOrDoubleBlocks();

    [GeneratedRegex(@"joint_blocks_\d")]
    private static partial Regex JointBlocks();

    [GeneratedRegex(@"^lora_te[12]_|(?:input|output)_blocks_\d+_1_transformer_blocks_1|input_blocks_[4578]_1_transformer_blocks|middle_block_1_transformer_blocks_[1-9]|attentions_\d+_transformer_blocks_[1-9]|add_embedding")]
    private static partial Regex SdxlBlocks();

    [GeneratedRegex(@"(?:down|up|input|output)_blocks_\d|mid_block_|middle_block_|^lora_te_text_model")]
    private static partial Regex UnetBlocks();

    [GeneratedRegex(@"transformer_blocks_\d+_(?:attn_|img_mlp|txt_mlp|img_mod|txt_mod)")]
    private static partial Regex QwenImageBlocks();

    [GeneratedRegex(@"blocks_\d+_(?:self_attn|cross_attn)_(?:[qkvo]|[kv]_img|norm_[qk])$|blocks_\d+_ffn_\d")]
    private static partial Regex WanBlocks();

    [GeneratedRegex(@"layers_\d+_(?:attention|feed_forward|adaLN_modulation)_|(?:context|noise)_refiner_\d")]
    private static partial Regex LuminaBlocks();

    // Transformer, adapter and text encoder, by their official and by their diffusers names.
    [GeneratedRegex(@"blocks_\d+_(?:self_attn_|cross_attn_|mlp_layer|adaln_modulation)|llm_adapter_|x_embedder_proj|t_embedder_1|t_embedding_norm|final_layer_(?:linear|adaln)|transformer_blocks_\d+_(?:attn[12]_|ff_net|norm[123]_linear)|text_conditioner_|patch_embed_proj|time_embed_|norm_out_linear|proj_out|(?:^lora_te|text_encoder|qwen3_06b_transformer|model)_(?:model_)?layers_\d+_(?:self_attn|mlp|input_layernorm|post_attention)")]
    private static partial Regex AnimaBlocks();
}
