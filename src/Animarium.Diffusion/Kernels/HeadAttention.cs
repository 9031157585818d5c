using Animarium.Diffusion.Gradients;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>
/// Attention as two matrix products with one pass between them and one after. In bf16 that is several times as fast as libtorch's fused
/// attention on CPUs, and memory stays as small: only the scores of a part of the queries exist, and they stay in the cache.
/// </summary>
internal static class HeadAttention
{
    const int Multiple = 16;

    /// <summary>Whether this way is possible and the faster one: in fp32 libtorch's fused attention is as fast as its matrix products.</summary>
    public static bool Suits(Tensor q, Tensor k, Tensor v, Tensor? bias) =>
        q.IsPlain(ScalarType.BFloat16) && k.IsPlain(q.dtype) && v.IsPlain(q.dtype) && TensorMemory.Suits(q.shape[^1], Multiple)
        && (bias is null || bias.IsPlain(ScalarType.Float32) && bias.is_contiguous() && !OwnGradient.Wanted(bias));

    /// <summary>softmax(q·kᵀ/√d + bias)·v.</summary>
    /// <param name="q">(b, h, l, d)</param>
    /// <param name="k">(b or 1, h, n, d)</param>
    /// <param name="v">(b or 1, h, n, d)</param>
    /// <param name="bias">(b or 1, 1, l or 1, n), fp32, contiguous; null: none</param>
    /// <returns>(b, h, l, d), a view of (b, l, h, d) so that merging the heads copies nothing</returns>
    public static Tensor Apply(Tensor q, Tensor k, Tensor v, Tensor? bias)
    {
        var result = empty([q.shape[0], q.shape[2], q.shape[1], q.shape[3]], q.dtype);
        using (no_grad())
            foreach (var part in HeadPart.Of(q, k))
            {
                using var scope = NewDisposeScope();
                var weights = part.Queries(q).matmul(part.Keys(k).transpose(-2, -1));
                var sums = Weigh(weights, part, q, bias);
                HeadRows.Place(weights.matmul(part.Keys(v)), sums, result, part);
            }
        return OwnGradient.Of(result, [q, k, v], bias is null ? [q, k, v] : [q, k, v, bias], Backward).transpose(1, 2);
    }

    /// <summary>
    /// The scores are computed anew: they are the one thing too large to keep. With o = p·v and p = e/sum (e the exponentials):
    /// dv = eᵀ·(do/sum), dp/sum = (do/sum)·vᵀ, ds from these (<see cref="Softmax.Backward"/>), dq = ds·k, dk = dsᵀ·q (Dao et al. 2022, appendix B).
    /// </summary>
    static Tensor?[] Backward(Tensor gradient, Tensor[] saved)
    {
        var (q, k, v) = (saved[0], saved[1], saved[2]);
        var bias = saved.Length > 3 ? saved[3] : null;
        var parts = HeadPart.Of(q, k).ToList();
        // (b, l, h, d) in memory as the projections want them.
        var (dq, dk, dv) = (Empty(q), Empty(k), Empty(v));
        // Where several parts add to the same keys, in fp32.
        bool several = parts.Count > k.shape[0] * k.shape[1] || k.shape[0] < q.shape[0];
        if (several) (dk, dv) = (zeros_like(dk, float32), zeros_like(dv, float32));
        var gradients = gradient.contiguous();
        foreach (var part in parts)
        {
            using var scope = NewDisposeScope();
            var (queries, keys, values) = (part.Queries(q), part.Keys(k), part.Keys(v));
            var weights = queries.matmul(keys.transpose(-2, -1));
            var sums = Weigh(weights, part, q, bias);
            var divided = HeadRows.Take(gradients, sums, part);
            Add(part.Keys(dv), weights.transpose(-2, -1).matmul(divided), several);
            var ds = divided.matmul(values.transpose(-2, -1));
            Softmax.Backward(weights.view(-1, weights.shape[^1]), ds.view(-1, ds.shape[^1]), sums, Factor(q));
            part.Queries(dq).copy_(ds.matmul(keys));
            Add(part.Keys(dk), ds.transpose(-2, -1).matmul(queries), several);
        }
        return [dq, dk.to(k.dtype), dv.to(v.dtype)];
    }

    static Tensor Empty(Tensor x) => empty([x.shape[0], x.shape[2], x.shape[1], x.shape[3]], x.dtype).transpose(1, 2);

    // Keys that all items share get the gradients of all.
    static void Add(Tensor sum, Tensor addend, bool several)
    {
        if (!several) sum.copy_(addend);
        else sum.Accumulate(sum.dim() == 4 && sum.shape[0] < addend.shape[0] ? addend.sum(0, keepdim: true, type: float32) : addend);
    }

    // Turns scores into weights that are yet to be divided by the sums that are returned.
    static Tensor Weigh(Tensor scores, HeadPart part, Tensor q, Tensor? bias)
    {
        var (heads, length) = (q.shape[1], q.shape[2]);
        BiasRows? rows = bias is null ? null : new((part.Item * heads + part.Head) * length + part.Row, heads * length, length,
            bias.shape[0] > 1 ? bias.shape[2] : 0, bias.shape[2] > 1 ? 1 : 0);
        return Softmax.Exponentials(scores.view(-1, scores.shape[^1]), Factor(q), bias, rows);
    }

    static float Factor(Tensor q) => 1 / MathF.Sqrt(q.shape[^1]);
}
