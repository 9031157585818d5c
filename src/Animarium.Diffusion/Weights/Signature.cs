namespace Animarium.Diffusion.Weights;

/// <summary>The tell-tale tensors of a family.</summary>
/// <param name="Family">The family.</param>
/// <param name="Tensors">All of them must be there, under one prefix; a size below zero, −n, may be anything up to n.</param>
internal sealed record Signature(Family Family, params (string Name, long[] Shape)[] Tensors)
{
    internal const long Any = -long.MaxValue;

    /// <summary>What stands before the tell-tale names (<c>net.</c>, <c>model.diffusion_model.</c>, <c>vae.</c>, nothing, …), or null where they aren't.</summary>
    public string? Prefix(IReadOnlyDictionary<string, TensorEntry> entries)
    {
        var (first, _) = Tensors[0];
        return entries.Keys
            .Where(name => name.EndsWith(first, StringComparison.Ordinal) && (name.Length == first.Length || name[^(first.Length + 1)] == '.'))
            .Select(name => name[..^first.Length])
            // Trainers save running averages under a longer prefix beside the weights.
            .OrderBy(prefix => prefix.Length).ThenBy(prefix => prefix, StringComparer.Ordinal)
            .FirstOrDefault(prefix => Tensors.All(t => entries.TryGetValue(prefix + t.Name, out var entry) && Fits(entry.Shape, t.Shape)));
    }

    static bool Fits(long[] shape, long[] pattern) => shape.Length == pattern.Length && shape.Zip(pattern).All(p => p.Second < 0 ? p.First <= -p.Second : p.First == p.Second);

    /// <summary>Says what a file of another model is; null: none that is known.</summary>
    public static Family? Refusal(IReadOnlyDictionary<string, TensorEntry> entries) => Array.Find(Foreign, s => s.Prefix(entries) is not null)?.Family;

    /// <summary>Diffusion models that aren't Anima: told before their VAE or text encoder, which may fit.</summary>
    public static bool IsForeignDiffusionModel(IReadOnlyDictionary<string, TensorEntry> entries) =>
        Array.Exists(Foreign, s => s.Family.Kind == FileKind.DiffusionModel && s.Prefix(entries) is not null);

    static readonly Signature[] Foreign =
    [
        Model("cosmos-predict2", "This is a Cosmos-Predict2 model without the LLM adapter, not Anima.", "これは LLM アダプターのない Cosmos-Predict2 モデルで、Anima ではありません。",
            ("x_embedder.proj.1.weight", [Any, Any]), ("blocks.0.adaln_modulation_self_attn.1.weight", [Any, Any])),
        Sdxl("input_blocks.4.1"),
        Sdxl("down_blocks.1.attentions.0"),
        Sd1("input_blocks.1.1"),
        Sd1("down_blocks.0.attentions.0"),
        Model("sd2", "This is a Stable Diffusion 2.x model.", "これは Stable Diffusion 2.x モデルです。", ("input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight", [320, 1024])),
        Model("sd3", "This is a Stable Diffusion 3 model.", "これは Stable Diffusion 3 モデルです。", ("joint_blocks.0.x_block.attn.qkv.weight", [Any, Any])),
        Model("chroma", "This is a Chroma model.", "これは Chroma モデルです。", ("distilled_guidance_layer.in_proj.weight", [Any, Any]), ("double_blocks.0.img_attn.qkv.weight", [Any, Any])),
        Model("flux", "This is a Flux model.", "これは Flux モデルです。",
            ("double_blocks.0.img_attn.qkv.weight", [Any, Any]), ("single_blocks.0.linear1.weight", [Any, Any]), ("img_in.weight", [Any, Any])),
        Model("wan2.1", "This is a Wan video model.", "これは Wan 動画モデルです。",
            ("head.modulation", [1, 2, Any]), ("patch_embedding.weight", [Any, Any, 1, 2, 2]), ("blocks.0.self_attn.norm_q.weight", [Any])),
        Model("qwen-image", "This is a Qwen-Image model; Anima shares only its VAE.", "これは Qwen-Image モデルです。Anima と共通なのは VAE だけです。",
            ("transformer_blocks.0.attn.add_q_proj.weight", [Any, Any]), ("txt_norm.weight", [Any])),
        Model("z-image", "This is a Z-Image model.", "これは Z-Image モデルです。", ("context_refiner.0.attention.qkv.weight", [Any, Any]), ("cap_pad_token", [Any, Any])),
        Model("lumina2", "This is a Lumina 2 model.", "これは Lumina 2 モデルです。", ("context_refiner.0.attention.qkv.weight", [Any, Any]), ("cap_embedder.1.weight", [Any, Any])),
        Other("qwen3-other-size", FileKind.TextEncoder, "This is a larger Qwen3; Anima needs the 0.6B one.", "これは大きい Qwen3 です。Anima には 0.6B が必要です。",
            ("embed_tokens.weight", [Any, Any]), ("layers.0.self_attn.q_norm.weight", [Any])),
        Other("t5", FileKind.TextEncoder, "This is a T5 text encoder; Anima needs Qwen3 0.6B (it uses T5's tokenizer only).", "これは T5 テキストエンコーダーです。Anima には Qwen3 0.6B が必要です（T5 はトークナイザーだけ使います）。",
            ("encoder.block.0.layer.0.SelfAttention.q.weight", [Any, Any])),
        Other("clip", FileKind.TextEncoder, "This is a CLIP text encoder; Anima needs Qwen3 0.6B.", "これは CLIP テキストエンコーダーです。Anima には Qwen3 0.6B が必要です。",
            ("text_model.encoder.layers.0.self_attn.q_proj.weight", [Any, Any])),
        Other("wan2.2-vae", FileKind.Vae, "This is the 48-channel VAE of Wan 2.2, which cannot decode Anima. Choose the Qwen-Image VAE.", "これは Wan 2.2 の 48 チャンネル VAE で、Anima はデコードできません。Qwen-Image VAE を選んでください。",
            ("decoder.conv1.weight", [Any, 48, 3, 3, 3])),
        Other("sd-vae", FileKind.Vae, "A Stable Diffusion (4-channel) VAE cannot decode Anima.", "Stable Diffusion の 4 チャンネル VAE では Anima をデコードできません。",
            ("decoder.conv_in.weight", [Any, 4, 3, 3])),
        Other("flux-vae", FileKind.Vae, "A Flux VAE cannot decode Anima. Choose the Qwen-Image VAE.", "Flux VAE では Anima をデコードできません。Qwen-Image VAE を選んでください。",
            ("decoder.conv_in.weight", [Any, 16, 3, 3])),
    ];

    static Signature Sdxl(string block) => Model("sdxl", "This is an SDXL model (Illustrious, NoobAI, Pony, Animagine are SDXL too). Animarium draws with Anima models only.",
        "これは SDXL モデルです（Illustrious、NoobAI、Pony、Animagine も SDXL です）。Animarium で使えるのは Anima モデルだけです。", (block + ".transformer_blocks.0.attn2.to_k.weight", [640, 2048]));

    static Signature Sd1(string block) => Model("sd1.5", "This is a Stable Diffusion 1.x model.", "これは Stable Diffusion 1.x モデルです。", (block + ".transformer_blocks.0.attn2.to_k.weight", [320, 768]));

    static Signature Model(string name, string english, string japanese, params (string Name, long[] Shape)[] tensors) => Other(name, FileKind.DiffusionModel, english, japanese, tensors);

    static Signature Other(string name, FileKind kind, string english, string japanese, params (string Name, long[] Shape)[] tensors) =>
        new(new(name, kind, Acceptance.Refused, new(english, japanese)), tensors);
}
