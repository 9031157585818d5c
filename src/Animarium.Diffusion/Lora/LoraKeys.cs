using System.Text.RegularExpressions;
using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Lora;

/// <summary>How a LoRA file names its layers.</summary>
public enum LoraNaming
{
    /// <summary><c>lora_unet_blocks_0_…</c>, <c>lora_te_layers_0_…</c> (kohya's sd-scripts, and LyCORIS inside it)</summary>
    Kohya,
    /// <summary><c>diffusion_model.blocks.0.…</c> (ComfyUI, diffusion-pipe, ai-toolkit)</summary>
    Comfy,
    /// <summary><c>transformer.transformer_blocks.0.…</c>, <c>text_conditioner.…</c></summary>
    Diffusers,
    /// <summary><c>lora_transformer_…</c>, or diffusers' paths with kohya's suffixes</summary>
    OneTrainer,
    /// <summary><c>base_model.model.…</c></summary>
    Peft,
    /// <summary><c>lycoris_…</c></summary>
    Lycoris,
    /// <summary>The model's own names without a prefix.</summary>
    Bare,
}

/// <summary>Which network of Anima a layer belongs to.</summary>
public enum LoraNetwork
{
    /// <summary>The diffusion transformer.</summary>
    Transformer,
    /// <summary>The text adapter.</summary>
    Adapter,
    /// <summary>The text encoder.</summary>
    TextEncoder,
}

/// <summary>Takes the tensor names of all families apart: prefix, path of the module, role of the tensor.</summary>
internal static partial class LoraKeys
{
    static readonly (string Prefix, LoraNaming Naming, bool TextEncoder)[] Prefixes =
    [
        ("lora_unet_", LoraNaming.Kohya, false),
        ("lora_te_", LoraNaming.Kohya, true),
        ("lora_transformer_", LoraNaming.OneTrainer, false),
        ("lycoris_", LoraNaming.Lycoris, false),
        ("lora_", LoraNaming.OneTrainer, false), // before a component's own name: lora_text_conditioner_…
        ("base_model.model.diffusion_model.", LoraNaming.Peft, false),
        ("base_model.model.", LoraNaming.Peft, false),
        ("model.diffusion_model.", LoraNaming.Comfy, false),
        ("diffusion_model.", LoraNaming.Comfy, false),
        ("net.", LoraNaming.Comfy, false),
        ("text_encoders.qwen3_06b.transformer.model.", LoraNaming.Comfy, true),
        ("text_encoders.qwen3_06b.transformer.", LoraNaming.Comfy, true),
        ("text_encoder.model.", LoraNaming.Diffusers, true),
        ("text_encoder.", LoraNaming.Diffusers, true),
        ("transformer.", LoraNaming.Diffusers, false),
        ("", LoraNaming.Bare, false),
    ];

    /// <summary>Suffixes by what they mean; the roles carry LyCORIS's names.</summary>
    static readonly (string Suffix, string Role)[] Suffixes =
    [
        (".lora_down.weight", "lora_down"), (".lora_up.weight", "lora_up"),
        (".lora.down.weight", "lora_down"), (".lora.up.weight", "lora_up"),
        (".lora_A.weight", "lora_down"), (".lora_B.weight", "lora_up"),
        (".lora_A", "lora_down"), (".lora_B", "lora_up"),
        (".lora_magnitude_vector.weight", "dora_scale"), (".lora_magnitude_vector", "dora_scale"),
        (".a1.weight", "a1"), (".a2.weight", "a2"), (".b1.weight", "b1"), (".b2.weight", "b2"),
        .. from role in (string[])["alpha", "dora_scale", "hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2",
            "lokr_w2_a", "lokr_w2_b", "oft_blocks", "rescale", "on_input", "diff", "diff_b", "w_norm", "b_norm", "set_weight"] select ("." + role, role),
    ];

    /// <summary>PEFT puts the adapter's name between: <c>lora_A.default.weight</c>.</summary>
    [GeneratedRegex(@"\.(lora_A|lora_B|lora_magnitude_vector)\.(?!weight$)[^.]+(?=\.weight$|$)")]
    private static partial Regex AdapterName();

    /// <summary>Module and role of a tensor, or null if the name has no suffix of a LoRA.</summary>
    public static (string Module, string Role)? Split(string key)
    {
        string name = AdapterName().Replace(key, ".$1");
        foreach (var (suffix, role) in Suffixes)
            if (name.EndsWith(suffix, StringComparison.Ordinal)) return (name[..^suffix.Length], role);
        return null;
    }

    /// <summary>Tensors by module and role, modules in the order of their names, and those that have no meaning in a LoRA.</summary>
    public static (SortedDictionary<string, Dictionary<string, TensorEntry>> Modules, IReadOnlyList<string> NotUnderstood) Group(IEnumerable<TensorEntry> entries)
    {
        var modules = new SortedDictionary<string, Dictionary<string, TensorEntry>>(StringComparer.Ordinal);
        var others = new List<TensorEntry>();
        foreach (var entry in entries)
            if (Split(entry.Name) is not var (module, role) || !(modules.TryGetValue(module, out var tensors) ? tensors : modules[module] = []).TryAdd(role, entry))
                others.Add(entry);

        // IA³ calls its factors ".weight", as every checkpoint does its weights: only beside an "on_input" it is one.
        const string weight = ".weight";
        bool IsFactor(TensorEntry e) => e.Name.EndsWith(weight, StringComparison.Ordinal)
            && modules.TryGetValue(e.Name[..^weight.Length], out var tensors) && tensors.ContainsKey("on_input") && tensors.TryAdd("weight", e);
        return (modules, [.. others.Where(e => !IsFactor(e)).Select(e => e.Name).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Naming, network and path of a module; the path has <c>_</c> between its parts whatever the file has, and no prefix.</summary>
    public static (LoraNaming Naming, LoraNetwork Network, string Path) Locate(string module)
    {
        var (prefix, naming, textEncoder) = Prefixes.First(p => module.StartsWith(p.Prefix, StringComparison.Ordinal));
        string path = module[prefix.Length..].Replace('.', '_');
        if (naming == LoraNaming.Bare && path.StartsWith("text_conditioner_", StringComparison.Ordinal)) naming = LoraNaming.Diffusers;
        return (naming, textEncoder ? LoraNetwork.TextEncoder : IsAdapter(path) ? LoraNetwork.Adapter : LoraNetwork.Transformer, path);
    }

    static bool IsAdapter(string path) =>
        path.StartsWith("llm_adapter_", StringComparison.Ordinal) || path.StartsWith("text_conditioner_", StringComparison.Ordinal);

    [GeneratedRegex(@"^((?:transformer_)?blocks_)(\d{1,6})(?=_)")]
    private static partial Regex BlockNumber();

    /// <summary>The transformer block that a path is in, or null.</summary>
    public static int? Block(string path) => BlockNumber().Match(path) is { Success: true } m ? int.Parse(m.Groups[2].ValueSpan, provider: null) : null;

    /// <summary>The same path in another block.</summary>
    public static string InBlock(string path, int block) => BlockNumber().Replace(path, m => m.Groups[1].Value + block);
}
