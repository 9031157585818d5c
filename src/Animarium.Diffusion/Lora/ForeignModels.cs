using System.Text.RegularExpressions;

namespace Animarium.Diffusion.Lora;

/// <summary>A model that LoRAs are made for and that isn't Anima.</summary>
/// <param name="Family">The family of such a LoRA, for programs: <c>sdxl-lora</c>.</param>
/// <param name="Name">The model's name in full.</param>
/// <param name="Short">The name that people use, in English.</param>
/// <param name="Japanese">The same in Japanese.</param>
internal sealed record ForeignModel(string Family, string Name, string Short, string Japanese)
{
    public ForeignModel(string family, string name, string? shortName = null) : this(family, name, shortName ?? name, shortName ?? name)
    {
    }
}

/// <summary>Tells by the names of its layers for which other model a LoRA was made.</summary>
internal static partial class ForeignModels
{
    static readonly ForeignModel Sdxl = new("sdxl-lora", "Stable Diffusion XL", "SDXL"), Sd1 = new("sd1.5-lora", "Stable Diffusion 1.x"), Sd2 = new("sd2-lora", "Stable Diffusion 2.x");

    // Over names with underscores for dots; asked in this order.
    static readonly (Regex Modules, ForeignModel Model)[] Known =
    [
        (SingleOrDoubleBlocks(), new("flux-lora", "FLUX", "Flux")),
        (JointBlocks(), new("sd3-lora", "Stable Diffusion 3")),
        (SdxlBlocks(), Sdxl),
        (TextModel(), Sd1),
        (UnetBlocks(), Sd1),
        (QwenImageBlocks(), new("qwen-image-lora", "Qwen-Image")),
        (WanBlocks(), new("wan-lora", "Wan")),
        (LuminaBlocks(), new("lumina-lora", "Lumina or Z-Image", "Lumina 2 or Z-Image", "Lumina 2 か Z-Image")),
    ];

    /// <summary>The model, and the part of a layer's name that tells; null: nothing foreign.</summary>
    public static (ForeignModel Model, string Evidence)? Recognise(IReadOnlyCollection<LoraLayer> layers)
    {
        foreach (var (pattern, known) in Known)
            foreach (var layer in layers)
                if (pattern.Match(layer.Name.Replace('.', '_')) is { Success: true } match)
                    return (known == Sd1 ? UnetOf(layers) : known, layer.Name.Substring(match.Index, match.Length));
        return null;
    }

    // SD 1, SD 2 and SDXL share names; the width of the text that a layer reads tells them apart.
    static ForeignModel UnetOf(IEnumerable<LoraLayer> layers) => layers.Where(l => l.Name.EndsWith("attn2_to_k", StringComparison.Ordinal) || l.Name.EndsWith("attn2.to_k", StringComparison.Ordinal))
        .Select(l => l.Inputs).FirstOrDefault(n => n is not null) switch
    {
        2048 => Sdxl,
        1024 => Sd2,
        _ => Sd1,
    };

    [GeneratedRegex(@"(?:single|double)_blocks_\d|single_transformer_blocks_\d")]
    private static partial Regex SingleOrDoubleBlocks();

    [GeneratedRegex(@"joint_blocks_\d")]
    private static partial Regex JointBlocks();

    [GeneratedRegex(@"^lora_te[12](?=_)|(?:input|output)_blocks_\d+_1_transformer_blocks_1|input_blocks_[4578]_1_transformer_blocks|middle_block_1_transformer_blocks_[1-9]|attentions_\d+_transformer_blocks_[1-9]|add_embedding")]
    private static partial Regex SdxlBlocks();

    [GeneratedRegex(@"^lora_te_text_model")]
    private static partial Regex TextModel();

    [GeneratedRegex(@"(?:down|up|input|output)_blocks_\d|mid_block(?=_)|middle_block(?=_)")]
    private static partial Regex UnetBlocks();

    // Anima's diffusers names have attn1 and attn2 in this place.
    [GeneratedRegex(@"transformer_blocks_\d+_(?:attn(?=_)|img_mlp|txt_mlp|img_mod|txt_mod)")]
    private static partial Regex QwenImageBlocks();

    // Anima's layers in this place end in _proj.
    [GeneratedRegex(@"blocks_\d+_(?:self_attn|cross_attn)_(?:[qkvo]|[kv]_img|norm_[qk])$|blocks_\d+_ffn_\d")]
    private static partial Regex WanBlocks();

    [GeneratedRegex(@"layers_\d+_(?:attention|feed_forward|adaLN_modulation)(?=_)|(?:context|noise)_refiner_\d")]
    private static partial Regex LuminaBlocks();
}
