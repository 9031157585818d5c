using System.Text.RegularExpressions;

namespace Animarium.Diffusion.Lora;

/// <summary>Tells by the names of its layers for which other model a LoRA was made.</summary>
internal static partial class ForeignModels
{
    // The first that matches counts: Stable Diffusion 1 and XL share their U-Net names and differ in the text encoders'.
    static readonly (string Model, Regex Layers)[] Known =
    [
        ("Stable Diffusion 1.x", StableDiffusion1()),
        ("Stable Diffusion XL", StableDiffusionXl()),
        ("FLUX", Flux()),
        ("Stable Diffusion 3", StableDiffusion3()),
        ("Qwen-Image", QwenImage()),
        ("Wan", Wan()),
        ("Lumina or Z-Image", Lumina()),
    ];

    [GeneratedRegex(@"^lora_te_text_model(?=_)")]
    private static partial Regex StableDiffusion1();

    [GeneratedRegex(@"^lora_te[12](?=_)|(?<=^|[._])(down_blocks|mid_block|up_blocks|input_blocks|middle_block|output_blocks)(?=[._])")]
    private static partial Regex StableDiffusionXl();

    [GeneratedRegex(@"(?<=^|[._])(double_blocks|single_blocks|single_transformer_blocks)(?=[._])")]
    private static partial Regex Flux();

    [GeneratedRegex(@"(?<=^|[._])joint_blocks(?=[._])")]
    private static partial Regex StableDiffusion3();

    // Anima's diffusers names have attn1 and attn2 in this place.
    [GeneratedRegex(@"(?<=^|[._])transformer_blocks[._]\d+[._](attn|img_mlp|txt_mlp|img_mod|txt_mod)(?=[._])")]
    private static partial Regex QwenImage();

    // Anima's layers in this place end in _proj.
    [GeneratedRegex(@"(?<=^|[._])blocks[._]\d+[._]((self|cross)_attn[._](q|k|v|o|k_img|v_img)|ffn[._]\d)$")]
    private static partial Regex Wan();

    [GeneratedRegex(@"(?<=^|[._])layers[._]\d+[._](attention|feed_forward)(?=[._])")]
    private static partial Regex Lumina();

    /// <summary>The model, and the part of a layer's name that tells; null: nothing foreign.</summary>
    public static (string Model, string Evidence)? Recognise(IReadOnlyCollection<string> modules)
    {
        foreach (var (model, layers) in Known)
            if (modules.Select(m => layers.Match(m)).FirstOrDefault(m => m.Success) is { } match) return (model, match.Value);
        return null;
    }
}
