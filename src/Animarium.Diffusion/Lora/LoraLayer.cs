using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Lora;

/// <summary>How a layer's change is parametrised.</summary>
public enum LoraAlgorithm
{
    /// <summary>up · down (Hu et al. 2021)</summary>
    Lora,
    /// <summary>Hadamard product of two low-rank matrices (FedPara, Hyeon-Woo et al. 2022)</summary>
    Loha,
    /// <summary>Kronecker product (LyCORIS, Yeh et al. 2024)</summary>
    Lokr,
    /// <summary>W · a1 · a2 + b1 · b2 (Chavan et al. 2023, as in LyCORIS)</summary>
    Glora,
    /// <summary>Block-diagonal rotation of the rows (Qiu et al. 2023)</summary>
    Oft,
    /// <summary>Butterfly of rotations (Liu et al. 2024)</summary>
    Boft,
    /// <summary>A factor for each row or column (Liu et al. 2022)</summary>
    Ia3,
    /// <summary>The difference, or the new value, itself</summary>
    Full,
}

/// <summary>All tensors of a LoRA file that belong to one module.</summary>
public sealed class LoraLayer
{
    internal LoraLayer(
        string name, (LoraNaming, LoraNetwork Network, string Path) place, IReadOnlyDictionary<string, TensorEntry> tensors, double? alpha = null, bool rankStabilized = false) =>
        (Name, Network, Path, Tensors, Alpha, RankStabilized) = (name, place.Network, place.Path, tensors, alpha, rankStabilized);

    /// <summary>The module as the file names it, prefix included.</summary>
    public string Name { get; }

    /// <summary>The network it belongs to.</summary>
    public LoraNetwork Network { get; }

    /// <summary>The scale's numerator; null where neither the file's tensors nor its metadata give one (then it is the rank).</summary>
    public double? Alpha { get; }

    /// <summary>Whether the scale is alpha / √rank instead of alpha / rank (rsLoRA, Kalajdzievski 2023).</summary>
    public bool RankStabilized { get; }

    /// <summary>The module's name without prefix, <c>_</c> between the parts.</summary>
    internal string Path { get; }

    /// <summary>By role, see <see cref="LoraKeys"/>.</summary>
    internal IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>The parametrisation; a layer that has besides it a <c>diff</c> is named by it.</summary>
    public LoraAlgorithm Algorithm =>
        Any("lora_down", "lora_up") ? LoraAlgorithm.Lora
        : Any("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b") ? LoraAlgorithm.Loha
        : Any("lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b") ? LoraAlgorithm.Lokr
        : Any("a1", "a2", "b1", "b2") ? LoraAlgorithm.Glora
        : Tensors.TryGetValue("oft_blocks", out var blocks) ? blocks.Shape.Length == 4 ? LoraAlgorithm.Boft : LoraAlgorithm.Oft
        : Any("on_input") ? LoraAlgorithm.Ia3
        : Any("diff", "diff_b", "w_norm", "b_norm", "set_weight") ? LoraAlgorithm.Full
        : LoraAlgorithm.Lora; // an alpha or a magnitude alone: what is missing is told when it is applied

    /// <summary>Whether the changed weight is renormalised to a learned magnitude (DoRA, Liu et al. 2024).</summary>
    public bool IsDora => Any("dora_scale");

    /// <summary>Inner size of the factors; null for forms that have none.</summary>
    public long? Rank => Algorithm switch
    {
        LoraAlgorithm.Lora => Size("lora_down", 0),
        LoraAlgorithm.Loha => Size("hada_w1_b", 0),
        LoraAlgorithm.Lokr => Size("lokr_w2_b", 0) ?? Size("lokr_w1_b", 0),
        LoraAlgorithm.Glora => Size("a2", 0),
        _ => null,
    };

    /// <summary>Number of the transformer block it is in; null outside the blocks.</summary>
    public int? Block => Network == LoraNetwork.Transformer ? LoraKeys.Block(Path) : null;

    /// <summary>Whether it has more than an alpha and a magnitude.</summary>
    internal bool HasFactors => Algorithm != LoraAlgorithm.Lora || Any("lora_down", "lora_up");

    /// <summary>Width of the module's input, where the form's tensors tell it.</summary>
    internal long? Inputs => Size("lora_down", 1) ?? Size("hada_w1_b", 1);

    bool Any(params ReadOnlySpan<string> roles)
    {
        foreach (var role in roles)
            if (Tensors.ContainsKey(role)) return true;
        return false;
    }

    long? Size(string role, int axis) => Tensors.TryGetValue(role, out var entry) && entry.Shape.Length > axis ? entry.Shape[axis] : null;
}
