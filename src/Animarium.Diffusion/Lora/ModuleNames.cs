using System.Text.RegularExpressions;
using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Lora;

/// <summary>
/// The modules of Anima by the name that each naming gives them. Names with <c>_</c> between their parts can't be taken apart (<c>q_proj</c> has one
/// itself), so the model's own names are turned into them; <c>{n}</c> stands for the number of a block.
/// </summary>
internal static partial class ModuleNames
{
    static readonly string[] Transformer =
    [
        "x_embedder.proj.1", "t_embedder.1.linear_1", "t_embedder.1.linear_2", "t_embedding_norm",
        "final_layer.linear", "final_layer.adaln_modulation.1", "final_layer.adaln_modulation.2",
        .. DiffusersNames.InBlock.Select(module => "blocks.{n}." + module),
    ];

    static readonly string[] Adapter =
    [
        "llm_adapter.embed", "llm_adapter.in_proj", "llm_adapter.norm", "llm_adapter.out_proj",
        .. from module in (string[])[.. Attention("self_attn"), .. Attention("cross_attn"), "mlp.0", "mlp.2", "norm_self_attn", "norm_cross_attn", "norm_mlp"]
           select "llm_adapter.blocks.{n}." + module,
    ];

    static readonly string[] TextEncoder =
    [
        "embed_tokens", "norm",
        .. from module in (string[])[.. Attention("self_attn"), "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj", "input_layernorm", "post_attention_layernorm"]
           select "layers.{n}." + module,
    ];

    static readonly Dictionary<string, string> Diffusion = Transformer.Concat(Adapter).SelectMany(name => new[] { (Key(name), name), (Key(DiffusersNames.FromOfficial(name)), name) })
        .DistinctBy(pair => pair.Item1).ToDictionary();

    static readonly Dictionary<string, string> Text = TextEncoder.ToDictionary(Key);

    /// <summary>The model's own name, without prefix, of the module that a layer of a LoRA changes; null: Anima has none.</summary>
    /// <param name="network">The layer's network.</param>
    /// <param name="path">The layer's path with <c>_</c> between the parts.</param>
    public static string? Official(LoraNetwork network, string path)
    {
        string number = "";
        string key = BlockNumber().Replace(path, match =>
        {
            number = match.Groups[1].Value;
            return "blocks_{n}_".Replace("blocks", match.Value.StartsWith('l') ? "layers" : "blocks", StringComparison.Ordinal);
        }, count: 1);
        return (network == LoraNetwork.TextEncoder ? Text : Diffusion).GetValueOrDefault(key)?.Replace("{n}", number, StringComparison.Ordinal);
    }

    /// <summary>The name of a module in a file.</summary>
    /// <param name="naming">Kohya's, ComfyUI's or that of diffusers.</param>
    /// <param name="network">The network.</param>
    /// <param name="module">The model's own name.</param>
    public static string In(LoraNaming naming, LoraNetwork network, string module) => (naming, network) switch
    {
        (LoraNaming.Kohya, LoraNetwork.TextEncoder) => "lora_te_" + Key(module),
        (LoraNaming.Kohya, _) => "lora_unet_" + Key(module),
        (LoraNaming.Comfy, LoraNetwork.TextEncoder) => "text_encoders.qwen3_06b.transformer.model." + module,
        (LoraNaming.Comfy, _) => "diffusion_model." + module,
        (LoraNaming.Diffusers, LoraNetwork.TextEncoder) => "text_encoder." + module,
        (LoraNaming.Diffusers, LoraNetwork.Adapter) => DiffusersNames.FromOfficial(module),
        (LoraNaming.Diffusers, _) => "transformer." + DiffusersNames.FromOfficial(module),
        _ => throw new ArgumentOutOfRangeException(nameof(naming), naming, "LoRAs are written in the names of kohya, ComfyUI or diffusers."),
    };

    static string[] Attention(string name) => [.. from part in (string[])["q_proj", "k_proj", "v_proj", "o_proj", "q_norm", "k_norm"] select $"{name}.{part}"];

    static string Key(string name) => name.Replace('.', '_');

    [GeneratedRegex(@"(?<=^|_)(?:blocks|layers)_(\d{1,6})_")]
    private static partial Regex BlockNumber();
}
