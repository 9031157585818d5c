using System.Globalization;
using Animarium.Diffusion.Models.Anima;
using static Animarium.Diffusion.Weights.Signature;

namespace Animarium.Diffusion.Weights;

/// <summary>One of the parts of Anima in a file or folder: diffusion model, text encoder or VAE.</summary>
/// <param name="Family">Its family with its sizes.</param>
/// <param name="Names">Official name, without prefix, to the name under which the tensor is stored.</param>
internal sealed record PartOfModel(Family Family, IReadOnlyDictionary<string, string> Names)
{
    const long OfficialTextWidth = 1024;

    /// <summary>Signatures of one part, the first that fits counts, with the way from its names to the official ones.</summary>
    static readonly (Signature Signature, Func<string, string> ToOfficial)[][] Parts =
    [
        [
            (new(new("anima", FileKind.DiffusionModel, Acceptance.Accepted, new("This is an Anima model.", "これは Anima モデルです。")),
                ("llm_adapter.embed.weight", [Any, Any]), ("llm_adapter.blocks.0.cross_attn.q_proj.weight", [Any, Any]), ("x_embedder.proj.1.weight", [Any, Any]),
                ("t_embedder.1.linear_1.weight", [Any, Any]), ("blocks.0.adaln_modulation_self_attn.1.weight", [Any, Any]), ("blocks.0.self_attn.q_norm.weight", [Any])), Same),
            (new(new("anima", FileKind.DiffusionModel, Acceptance.Accepted, new("This is an Anima model in the diffusers layout.", "これは diffusers 形式の Anima モデルです。")),
                ("transformer.patch_embed.proj.weight", [Any, Any]), ("transformer.transformer_blocks.0.norm1.linear_1.weight", [Any, Any]), ("text_conditioner.embed.weight", [Any, Any])),
                name => DiffusersNames.ToOfficial(name.StartsWith("transformer.", StringComparison.Ordinal) ? name["transformer.".Length..] : name)),
            (new(new("anima-diffusers-transformer", FileKind.DiffusionModel, Acceptance.InPart, new(
                    "This is the transformer of an Anima model in the diffusers layout; it works only together with the folders text_conditioner, text_encoder and vae. Choose the folder above it.",
                    "これは diffusers 形式の Anima モデルの transformer です。text_conditioner、text_encoder、vae のフォルダーも必要です。上のフォルダーを選んでください。")),
                ("patch_embed.proj.weight", [Any, Any]), ("time_embed.t_embedder.linear_1.weight", [Any, Any]), ("transformer_blocks.0.norm1.linear_1.weight", [Any, Any])), DiffusersNames.ToOfficial),
            (new(new("anima-diffusers-text-conditioner", FileKind.DiffusionModel, Acceptance.InPart, new(
                    "This is the text conditioner of an Anima model in the diffusers layout; it works only together with the folders transformer, text_encoder and vae. Choose the folder above it.",
                    "これは diffusers 形式の Anima モデルの text_conditioner です。transformer、text_encoder、vae のフォルダーも必要です。上のフォルダーを選んでください。")),
                ("embed.weight", [Any, Any]), ("blocks.0.cross_attn.q_proj.weight", [Any, Any]), ("out_proj.bias", [Any])), name => "llm_adapter." + name),
        ],
        [
            (new(new("qwen3-0.6b", FileKind.TextEncoder, Acceptance.Accepted, new("This is Qwen3 0.6B, Anima's text encoder.", "これは Anima のテキストエンコーダー Qwen3 0.6B です。")),
                ("embed_tokens.weight", [Any, OfficialTextWidth]), ("layers.0.self_attn.q_norm.weight", [Any])), Same),
            (new(new("qwen3-small", FileKind.TextEncoder, Acceptance.Accepted, new(
                    "This is a Qwen3 text encoder smaller than the official one; it fits the model that it was made with.", "これは公式より小さい Qwen3 テキストエンコーダーです。一緒に作られたモデルで使えます。")),
                ("embed_tokens.weight", [Any, -(OfficialTextWidth - 1)]), ("layers.0.self_attn.q_norm.weight", [Any])), Same),
        ],
        [
            (new(new("qwen-image-vae", FileKind.Vae, Acceptance.Accepted, new("This is the Qwen-Image VAE (or that of Wan 2.1, which has the same tensors).", "これは Qwen-Image VAE です（Wan 2.1 の VAE も同じ構成です）。")),
                ("decoder.middle.1.to_qkv.weight", [Any, Any, 1, 1]), ("conv2.weight", [16, 16, 1, 1, 1]), ("decoder.conv1.weight", [Any, 16, 3, 3, 3]), ("encoder.conv1.weight", [Any, 3, 3, 3, 3])), Same),
            (new(new("qwen-image-vae-diffusers", FileKind.Vae, Acceptance.Accepted, new("This is the Qwen-Image VAE in the diffusers layout.", "これは diffusers 形式の Qwen-Image VAE です。")),
                ("decoder.up_blocks.0.resnets.0.norm1.gamma", [Any, 1, 1, 1]), ("encoder.conv_in.weight", [Any, 3, 3, 3, 3])), DiffusersVaeNames.ToOriginal),
        ],
    ];

    /// <summary>The parts of Anima among these tensors, the diffusion model first.</summary>
    public static IReadOnlyList<PartOfModel> Find(IReadOnlyDictionary<string, TensorEntry> entries)
    {
        var found = new List<(Signature Signature, string Prefix, Func<string, string> ToOfficial)>();
        foreach (var part in Parts)
        {
            foreach (var (signature, toOfficial) in part)
                if (signature.Prefix(entries) is { } prefix)
                {
                    found.Add((signature, prefix, toOfficial));
                    break;
                }
            // Other models share Anima's VAE or text encoder: the whole file isn't Anima for that.
            if (found.Count == 0 && IsForeignDiffusionModel(entries)) return [];
        }
        if (found.Count == 0) return [];
        var names = found.Select(_ => new Dictionary<string, string>()).ToList();
        foreach (var stored in entries.Keys)
        {
            // The longest prefix claims a tensor; the first part lists what none does.
            var (owner, rest) = found.Select((f, i) => (f.Prefix, i)).Where(f => stored.StartsWith(f.Prefix, StringComparison.Ordinal))
                .OrderByDescending(f => f.Prefix.Length).Select(f => (f.i, stored[f.Prefix.Length..])).FirstOrDefault((0, stored));
            names[owner].TryAdd(found[owner].ToOfficial(rest), stored);
        }
        return [.. found.Select((f, i) => new PartOfModel(f.Signature.Family with { Sizes = Sizes(f.Signature.Family.Kind, names[i], entries) }, names[i]))];
    }

    static Dictionary<string, long> Sizes(FileKind kind, Dictionary<string, string> names, IReadOnlyDictionary<string, TensorEntry> entries)
    {
        var sizes = new Dictionary<string, long>();
        if (kind == FileKind.DiffusionModel)
        {
            Add("blocks", Count("blocks."));
            Add("width", Size("x_embedder.proj.1.weight", 0));
            if (Size("blocks.0.self_attn.q_norm.weight", 0) is var head and > 0) Add("heads", Size("blocks.0.self_attn.q_proj.weight", 0) / head);
            Add("head_dim", Size("blocks.0.self_attn.q_norm.weight", 0));
            Add("adaln_rank", Size("blocks.0.adaln_modulation_self_attn.1.weight", 0));
            Add("context_dim", Size("blocks.0.cross_attn.k_proj.weight", 1));
            Add("adapter_layers", Count("llm_adapter.blocks."));
            Add("text_width", Size("llm_adapter.blocks.0.cross_attn.k_proj.weight", 1));
            Add("text_vocabulary", Size("llm_adapter.embed.weight", 0));
            Add("latent_channels", Size("final_layer.linear.weight", 0) / (TransformerShape.Patch * TransformerShape.Patch));
        }
        else if (kind == FileKind.TextEncoder)
        {
            Add("layers", Count("layers."));
            Add("width", Size("embed_tokens.weight", 1));
            Add("vocabulary", Size("embed_tokens.weight", 0));
        }
        else
        {
            Add("latent_channels", Size("conv2.weight", 0));
            Add("base_width", Size("encoder.conv1.weight", 0));
        }
        return sizes;

        void Add(string name, long size)
        {
            if (size > 0) sizes[name] = size;
        }

        long Size(string name, int axis) => names.TryGetValue(name, out var stored) && entries[stored].Shape is var shape && axis < shape.Length ? shape[axis] : 0;

        long Count(string list) => names.Keys.Where(name => name.StartsWith(list, StringComparison.Ordinal))
            .Select(name => int.TryParse(name.AsSpan(list.Length, Math.Max(name.IndexOf('.', list.Length), list.Length) - list.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n + 1L : 0)
            .DefaultIfEmpty().Max();
    }

    static string Same(string name) => name;
}
