namespace Animarium.Diffusion.Weights;

/// <summary>
/// The two names every module of the transformer and the text adapter has: the official one (<c>blocks.0.self_attn.q_proj</c>) and that of
/// the diffusers layout (<c>transformer_blocks.0.attn1.to_q</c>; the adapter is a component of its own there, <c>text_conditioner</c>).
/// </summary>
public static class DiffusersNames
{
    static readonly (string Official, string Diffusers)[] Model =
    [
        ("x_embedder.proj.1", "patch_embed.proj"),
        ("t_embedder.1", "time_embed.t_embedder"),
        ("t_embedding_norm", "time_embed.norm"),
        ("final_layer.adaln_modulation.1", "norm_out.linear_1"),
        ("final_layer.adaln_modulation.2", "norm_out.linear_2"),
        ("final_layer.linear", "proj_out"),
        ("llm_adapter", "text_conditioner"),
    ];

    static readonly (string Official, string Diffusers)[] Block =
    [
        .. Attention("self_attn", "attn1"),
        .. Attention("cross_attn", "attn2"),
        ("mlp.layer1", "ff.net.0.proj"),
        ("mlp.layer2", "ff.net.2"),
        ("adaln_modulation_self_attn.1", "norm1.linear_1"),
        ("adaln_modulation_self_attn.2", "norm1.linear_2"),
        ("adaln_modulation_cross_attn.1", "norm2.linear_1"),
        ("adaln_modulation_cross_attn.2", "norm2.linear_2"),
        ("adaln_modulation_mlp.1", "norm3.linear_1"),
        ("adaln_modulation_mlp.2", "norm3.linear_2"),
    ];

    /// <summary>The official names of the modules of a block, below its number.</summary>
    internal static IEnumerable<string> InBlock => Block.Select(pair => pair.Official);

    static (string, string)[] Attention(string official, string diffusers) =>
    [
        (official + ".q_proj", diffusers + ".to_q"),
        (official + ".k_proj", diffusers + ".to_k"),
        (official + ".v_proj", diffusers + ".to_v"),
        (official + ".output_proj", diffusers + ".to_out.0"),
        (official + ".q_norm", diffusers + ".norm_q"),
        (official + ".k_norm", diffusers + ".norm_k"),
    ];

    /// <summary>The diffusers name of a module or tensor, e.g. of <c>blocks.0.mlp.layer1.weight</c>; a name without another one comes back as it is.</summary>
    public static string FromOfficial(string name) => name.Split('.', 3) is ["blocks", var i, var module]
        ? $"transformer_blocks.{i}.{Renamed(module, Block)}"
        : Renamed(name, Model);

    /// <summary>The official name of a module or tensor, e.g. of <c>transformer_blocks.0.ff.net.2.weight</c>; a name without another one comes back as it is.</summary>
    public static string ToOfficial(string name) => name.Split('.', 3) is ["transformer_blocks", var i, var module]
        ? $"blocks.{i}.{Renamed(module, Block.Select(Swapped))}"
        : Renamed(name, Model.Select(Swapped));

    internal static (string From, string To) Swapped((string Official, string Diffusers) pair) => (pair.Diffusers, pair.Official);

    internal static string Renamed(string name, IEnumerable<(string From, string To)> table)
    {
        foreach (var (from, to) in table)
            if (name == from || name.StartsWith(from + ".", StringComparison.Ordinal))
                return to + name[from.Length..];
        return name;
    }
}
