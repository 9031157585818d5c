using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>
/// Anima's <c>llm_adapter</c>: embeds the T5 ids of a prompt and lets them read the prompt's Qwen3 states, which gives the context rows that the
/// transformer attends to.
/// </summary>
public sealed class TextAdapter
{
    /// <summary>Rows the context is padded to with zero rows. A floor: longer prompts keep all their rows.</summary>
    public const int ContextRows = 512;

    const double Theta = 1e4;

    readonly Weight embed, norm;
    readonly Linear? in_proj;
    readonly Linear out_proj;
    readonly AdapterBlock[] blocks;

    /// <summary>Takes its tensors from the scope <c>llm_adapter</c> of an Anima checkpoint.</summary>
    public TextAdapter(WeightScope weights)
    {
        Shape = AdapterShape.Of(weights);
        embed = weights.Take("embed.weight");
        in_proj = weights.Has("in_proj.weight") ? weights.Linear("in_proj") : null;
        blocks = [.. Enumerable.Range(0, Shape.Layers).Select(n => new AdapterBlock(weights["blocks"][n]))];
        out_proj = weights.Linear("out_proj");
        norm = weights.Take("norm.weight");
    }

    /// <summary>Sizes, read from the tensors.</summary>
    public AdapterShape Shape { get; }

    /// <summary>The context rows of prompts, before prompt weights and before the padding to <see cref="ContextRows"/>.</summary>
    /// <param name="states">(b, s, <see cref="AdapterShape.SourceWidth"/>): Qwen3 states; their type is the type of the computation</param>
    /// <param name="t5Ids">(b, l), int64, ending in <c>&lt;/s&gt;</c></param>
    /// <param name="sourceMask">(b, s), 0 = padding; null: all are tokens. A row without any token reads zeros.</param>
    /// <param name="targetMask">(b, l), 0 = padding; null: all are tokens</param>
    /// <returns>(b, l, <see cref="AdapterShape.ContextWidth"/>); rows of padding are zero</returns>
    public Tensor Forward(Tensor states, Tensor t5Ids, Tensor? sourceMask = null, Tensor? targetMask = null) => Scopes.Scoped(() =>
    {
        var source = Rope.Text(states.shape[1], Shape.HeadDim, Theta, states.device);
        var target = Rope.Text(t5Ids.shape[1], Shape.HeadDim, Theta, states.device);
        source.Cos.Tap("rope_source_cos");
        source.Sin.Tap("rope_source_sin");
        target.Cos.Tap("rope_target_cos");
        target.Sin.Tap("rope_target_sin");
        var (seenSource, seenTarget) = (Seen(sourceMask), Seen(targetMask));

        var x = embed.Rows(t5Ids, states.dtype).Tap("embed");
        if (in_proj is not null) x = in_proj.Forward(x);
        x = x.Through(blocks, (x, block) => block.Forward(x, states, target, source, seenTarget, seenSource));
        x = Norms.RmsNorm(out_proj.Forward(x).Tap("out_proj"), norm.Fp32For(x)).Tap("norm");
        return targetMask is null ? x : x * targetMask.to(ScalarType.Bool).unsqueeze(-1);
    });

    static Tensor? Seen(Tensor? mask) => mask?.to(ScalarType.Bool).view(mask.shape[0], 1, 1, -1);
}

/// <summary>Self-attention among the target tokens (both directions), cross-attention to the source states, MLP; all pre-norm.</summary>
internal sealed class AdapterBlock(WeightScope weights)
{
    readonly Weight norm_self_attn = weights.Take("norm_self_attn.weight");
    readonly Weight norm_cross_attn = weights.Take("norm_cross_attn.weight");
    readonly Weight norm_mlp = weights.Take("norm_mlp.weight");
    readonly AdapterAttention self_attn = new(weights["self_attn"]);
    readonly AdapterAttention cross_attn = new(weights["cross_attn"]);
    readonly Linear mlp_0 = weights.Linear("mlp.0");
    readonly Linear mlp_2 = weights.Linear("mlp.2");
    readonly string name = weights.Name;

    public Tensor Forward(Tensor x, Tensor states, RopeTable target, RopeTable source, Tensor? seenTarget, Tensor? seenSource)
    {
        var normed = Norms.RmsNorm(x, norm_self_attn.Fp32For(x)).Tap(name, ".norm_self_attn.out");
        x = x.Plus(self_attn.Forward(normed, normed, target, target, seenTarget));
        x = x.Plus(cross_attn.Forward(Norms.RmsNorm(x, norm_cross_attn.Fp32For(x)), states, target, source, seenSource));
        x = x.Plus(Mlp(Norms.RmsNorm(x, norm_mlp.Fp32For(x))));
        return x.Tap(name, ".out");
    }

    Tensor Mlp(Tensor x) => mlp_2.Forward(Activations.GeluOver(mlp_0.Forward(x))).Tap(name, ".mlp.out");
}

/// <summary>Attention with q and k normed per head, each rotated by the positions of its own sequence.</summary>
internal sealed class AdapterAttention(WeightScope weights)
{
    readonly Linear q_proj = weights.Linear("q_proj"), k_proj = weights.Linear("k_proj"), v_proj = weights.Linear("v_proj"), o_proj = weights.Linear("o_proj");
    readonly Weight q_norm = weights.Take("q_norm.weight"), k_norm = weights.Take("k_norm.weight");
    readonly string name = weights.Name;

    /// <param name="x">(b, l, width)</param>
    /// <param name="memory">(b, s, width of the memory)</param>
    /// <param name="rope">l rows</param>
    /// <param name="memoryRope">s rows</param>
    /// <param name="seen">(b, 1, 1, s): which rows of the memory take part; null: all</param>
    public Tensor Forward(Tensor x, Tensor memory, RopeTable rope, RopeTable memoryRope, Tensor? seen)
    {
        var q = Attention.NormRope(q_proj.Forward(x), q_norm.Fp32For(x), rope, name + ".q_norm.out");
        var k = Attention.NormRope(k_proj.Forward(memory), k_norm.Fp32For(x), memoryRope, name + ".k_norm.out");
        var v = Attention.SplitHeads(v_proj.Forward(memory), q.shape[^1]);
        // Weights of unseen rows are set to zero afterwards as well, so that an item that sees nothing reads zeros.
        var bias = seen is null ? null : zeros(1, device: x.device).FilledWhere(seen.logical_not(), float.MinValue);
        if (seen is not null) v = v * seen.transpose(-1, -2);
        return o_proj.Forward(Attention.MergeHeads(Attention.Scaled(q, k, v, bias))).Tap(name, ".out");
    }
}
