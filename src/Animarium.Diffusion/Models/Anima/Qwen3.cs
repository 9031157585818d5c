using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>The Qwen3 language model as a text encoder: the states after the last layer and the final norm (Qwen3 technical report, 2025).</summary>
public sealed class Qwen3
{
    const double Theta = 1e6;

    readonly Weight embed_tokens, norm;
    readonly Qwen3Layer[] layers;

    /// <summary>Takes its tensors (<c>embed_tokens</c>, <c>layers.N.…</c>, <c>norm</c>) from a text encoder's checkpoint.</summary>
    public Qwen3(WeightScope weights)
    {
        Shape = Qwen3Shape.Of(weights);
        embed_tokens = weights.Take("embed_tokens.weight");
        layers = [.. Enumerable.Range(0, Shape.Layers).Select(n => new Qwen3Layer(weights["layers"][n]))];
        norm = weights.Take("norm.weight");
    }

    /// <summary>Sizes, read from the tensors.</summary>
    public Qwen3Shape Shape { get; }

    /// <summary>Hidden states of prompts; without a chat template and without begin or end tokens.</summary>
    /// <param name="ids">(b, l), int64, below <see cref="Qwen3Shape.Vocabulary"/></param>
    /// <param name="mask">(b, l), 1 = token, 0 = padding on the right; null: no padding</param>
    /// <param name="type">Type to compute in.</param>
    /// <returns>(b, l, <see cref="Qwen3Shape.Width"/>)</returns>
    public Tensor Forward(Tensor ids, Tensor? mask = null, ScalarType type = ScalarType.Float32) => Scopes.Scoped(() =>
    {
        long length = ids.shape[1];
        var rope = Rope.Text(length, Shape.HeadDim, Theta, ids.device);
        rope.Cos.Tap("rope_cos");
        rope.Sin.Tap("rope_sin");

        var x = embed_tokens.Rows(ids, type).Tap("embed_tokens");
        var bias = CausalBias(length, mask, ids.device);
        return Norms.RmsNorm(x.Through(layers, (x, layer) => layer.Forward(x, rope, bias)), norm.Fp32For(x));
    });

    // The lowest finite number instead of −∞: a row that may see nothing at all then attends evenly instead of giving NaN.
    static Tensor CausalBias(long length, Tensor? mask, Device device)
    {
        var hidden = ones(length, length, ScalarType.Bool, device).triu(1).view(1, 1, length, length);
        if (mask is not null) hidden = hidden.logical_or(mask.logical_not().view(-1, 1, 1, length));
        return zeros(1, device: device).FilledWhere(hidden, float.MinValue);
    }
}

/// <summary>Pre-norm decoder layer: grouped-query attention, then a SiLU-gated MLP.</summary>
internal sealed class Qwen3Layer(WeightScope weights)
{
    readonly Weight input_layernorm = weights.Take("input_layernorm.weight");
    readonly Weight post_attention_layernorm = weights.Take("post_attention_layernorm.weight");
    readonly Qwen3Attention self_attn = new(weights["self_attn"]);
    readonly Linear gate_proj = weights["mlp"].Linear("gate_proj");
    readonly Linear up_proj = weights["mlp"].Linear("up_proj");
    readonly Linear down_proj = weights["mlp"].Linear("down_proj");
    readonly string name = weights.Name;

    /// <param name="x">(b, l, width)</param>
    /// <param name="rope">l rows</param>
    /// <param name="bias">(b or 1, 1, l, l)</param>
    public Tensor Forward(Tensor x, RopeTable rope, Tensor bias)
    {
        x = x.Plus(self_attn.Forward(Norms.RmsNorm(x, input_layernorm.Fp32For(x)).Tap(name, ".input_layernorm.out"), rope, bias));
        x = x.Plus(Mlp(Norms.RmsNorm(x, post_attention_layernorm.Fp32For(x)).Tap(name, ".post_attention_layernorm.out")));
        return x.Tap(name, ".out");
    }

    Tensor Mlp(Tensor x) => down_proj.Forward(F.silu(gate_proj.Forward(x)) * up_proj.Forward(x)).Tap(name, ".mlp.out");
}

/// <summary>Grouped-query attention: q and k are normed per head before the rotation, several query heads share a key head.</summary>
internal sealed class Qwen3Attention(WeightScope weights)
{
    readonly Linear q_proj = weights.Linear("q_proj"), k_proj = weights.Linear("k_proj"), v_proj = weights.Linear("v_proj"), o_proj = weights.Linear("o_proj");
    readonly Weight q_norm = weights.Take("q_norm.weight"), k_norm = weights.Take("k_norm.weight");
    readonly string name = weights.Name;

    public Tensor Forward(Tensor x, RopeTable rope, Tensor bias)
    {
        var q = Attention.NormRope(q_proj.Forward(x), q_norm.Fp32For(x), rope, name + ".q_norm.out");
        var k = Attention.NormRope(k_proj.Forward(x), k_norm.Fp32For(x), rope, name + ".k_norm.out");
        var v = Attention.SplitHeads(v_proj.Forward(x), q.shape[^1]);
        long group = q.shape[1] / k.shape[1];
        var z = Attention.Scaled(q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), bias);
        return o_proj.Forward(Attention.MergeHeads(z)).Tap(name, ".out");
    }
}
