using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>A transformer block: self-attention over the picture, cross-attention to the text, MLP; each modulated by the timestep and gated.</summary>
internal sealed class AnimaBlock(WeightScope weights)
{
    readonly AdaLn adaln_modulation_self_attn = new(weights["adaln_modulation_self_attn"]);
    readonly AdaLn adaln_modulation_cross_attn = new(weights["adaln_modulation_cross_attn"]);
    readonly AdaLn adaln_modulation_mlp = new(weights["adaln_modulation_mlp"]);
    readonly SelfAttention self_attn = new(weights["self_attn"]);
    readonly CrossAttention cross_attn = new(weights["cross_attn"]);
    readonly Linear layer1 = weights["mlp"].Linear("layer1");
    readonly Linear layer2 = weights["mlp"].Linear("layer2");
    readonly string name = weights.Name;

    /// <summary>What <see cref="Forward"/> computes with; modulations, keys and values of the text are computed beforehand.</summary>
    public IReadOnlyList<Weight> Weights { get; } = [.. weights.Taken.Where(w => IsRead(w.Name[(weights.Name.Length + 1)..]))];

    static bool IsRead(string name) => !name.StartsWith("adaln_modulation_", StringComparison.Ordinal)
        && !name.StartsWith("cross_attn.k_", StringComparison.Ordinal) && !name.StartsWith("cross_attn.v_", StringComparison.Ordinal);

    /// <param name="x">(b, l, d)</param>
    /// <param name="t">what sigma says to this block</param>
    /// <param name="rope">l rows</param>
    /// <param name="text">what this block reads</param>
    public Tensor Forward(Tensor x, BlockModulation t, RopeTable rope, BlockText text)
    {
        x = t.SelfAttn.Add(x, self_attn.Forward(Modulated(x, t.SelfAttn, ".self_attn"), rope));
        x = t.CrossAttn.Add(x, cross_attn.Forward(Modulated(x, t.CrossAttn, ".cross_attn"), text));
        x = t.Mlp.Add(x, Mlp(Modulated(x, t.Mlp, ".mlp")));
        return x.Tap(name, ".out");
    }

    /// <inheritdoc cref="AdaLn.Forward"/>
    public BlockModulation Modulate(Tensor t, Tensor shared) =>
        new(adaln_modulation_self_attn.Forward(t, shared), adaln_modulation_cross_attn.Forward(t, shared), adaln_modulation_mlp.Forward(t, shared));

    /// <inheritdoc cref="CrossAttention.Read"/>
    public KeysValues Read(Tensor context) => cross_attn.Read(context);

    Tensor Mlp(Tensor x) => layer2.Forward(Activations.GeluOver(layer1.Forward(x))).Tap(name, ".mlp.out");

    Tensor Modulated(Tensor x, Modulation t, string branch)
    {
        t.Gate?.Tap(name, branch + ".gate");
        return t.Apply(x).Tap(name, branch + ".in");
    }
}

/// <summary>Attention among the tokens of the picture.</summary>
internal sealed class SelfAttention(WeightScope weights)
{
    readonly Linear q_proj = weights.Linear("q_proj"), k_proj = weights.Linear("k_proj"), v_proj = weights.Linear("v_proj"), output_proj = weights.Linear("output_proj");
    readonly Weight q_norm = weights.Take("q_norm.weight"), k_norm = weights.Take("k_norm.weight");
    readonly string name = weights.Name;

    public Tensor Forward(Tensor x, RopeTable rope)
    {
        var q = Attention.NormRope(q_proj.Forward(x), q_norm.Fp32For(x), rope, name + ".q_norm");
        var k = Attention.NormRope(k_proj.Forward(x), k_norm.Fp32For(x), rope, name + ".k_norm");
        var v = Attention.SplitHeads(v_proj.Forward(x), q.shape[^1]);
        return output_proj.Forward(Attention.MergeHeads(Attention.Scaled(q, k, v))).Tap(name, ".out");
    }
}

/// <summary>Attention of the picture's tokens to the rows of the text, whose keys and values are computed beforehand by <see cref="Read"/>.</summary>
internal sealed class CrossAttention(WeightScope weights)
{
    readonly Linear q_proj = weights.Linear("q_proj"), k_proj = weights.Linear("k_proj"), v_proj = weights.Linear("v_proj"), output_proj = weights.Linear("output_proj");
    readonly Weight q_norm = weights.Take("q_norm.weight"), k_norm = weights.Take("k_norm.weight");
    readonly string name = weights.Name;

    public Tensor Forward(Tensor x, BlockText text)
    {
        var q = Attention.NormRope(q_proj.Forward(x), q_norm.Fp32For(x), null, name + ".q_norm");
        var z = text.Attend(q);
        return output_proj.Forward(z).Tap(name, ".out");
    }

    /// <summary>Keys and values of context rows (b, n, c).</summary>
    public KeysValues Read(Tensor context)
    {
        var keys = Attention.NormRope(k_proj.Forward(context), k_norm.Fp32For(context), null, name + ".k_norm");
        return new(keys.contiguous(), Attention.SplitHeads(v_proj.Forward(context), keys.shape[^1]).contiguous());
    }
}

/// <summary>The text as one block reads it, with the negative that pushes away if there is one.</summary>
internal readonly record struct BlockText(KeysValues Positive, Tensor? Bias, KeysValues Negative, AttentionGuidance? Guidance)
{
    /// <param name="q">(b, h, l, d)</param>
    /// <returns>(b, l, h·d), before the output projection</returns>
    public Tensor Attend(Tensor q)
    {
        var z = Attention.MergeHeads(Attention.Scaled(q, Positive.Keys, Positive.Values, Bias));
        if (Guidance is not { } guidance) return z;
        // Only the leading items are guided: beside them may stand the unconditional branch of classifier-free guidance.
        long guided = guidance.Items;
        var away = Attention.MergeHeads(Attention.Scaled(q.narrow(0, 0, guided), Negative.Keys, Negative.Values, guidance.Negative.Bias));
        return cat([guidance.Combine(z.narrow(0, 0, guided), away), z.narrow(0, guided, z.shape[0] - guided)]);
    }
}
