using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>What one layer of a LoRA file does to one weight. Holds the file's mapped tensors and computes in fp32.</summary>
internal abstract class WeightChange
{
    /// <summary>Shape of the weight it is made for; −1: any size.</summary>
    public abstract long[] Shape { get; }

    /// <summary>The changed weight.</summary>
    /// <param name="w">fp32, as the files before this one in the stack left it; not written to</param>
    /// <param name="strength">Any finite number; 1 as trained.</param>
    public abstract Tensor Apply(Tensor w, double strength);

    /// <summary>Whether a weight has the shape it is made for.</summary>
    public bool Fits(ReadOnlySpan<long> weight)
    {
        if (weight.Length != Shape.Length) return false;
        for (int n = 0; n < Shape.Length; n++)
            if (Shape[n] >= 0 && Shape[n] != weight[n]) return false;
        return true;
    }

    /// <summary>fp32, before anything is multiplied: products of half-precision factors would be rounded twice.</summary>
    protected static Tensor Wide(Tensor stored) => stored.to(float32);
}

/// <summary>A change that adds s · Δ.</summary>
internal abstract class AdditiveChange : WeightChange
{
    /// <summary>Whether Δ depends on the weight; otherwise <see cref="Delta"/> does not look at it.</summary>
    public virtual bool NeedsWeight => false;

    /// <summary>Δ, as <paramref name="w"/>.</summary>
    public abstract Tensor Delta(Tensor w);

    public sealed override Tensor Apply(Tensor w, double strength) => w.Plus(Delta(w).Times(strength));
}

/// <summary>Δ = scale · up · down (LoRA).</summary>
/// <param name="up">(out, r)</param>
/// <param name="down">(r, in)</param>
/// <param name="scale">alpha / r</param>
internal sealed class LowRankChange(Tensor up, Tensor down, double scale) : AdditiveChange
{
    public override long[] Shape => [up.shape[0], down.shape[1]];

    public override Tensor Delta(Tensor w) => Up(1).mm(Down);

    /// <summary>(r, in), fp32</summary>
    public Tensor Down => Wide(down);

    /// <summary>(out, r), fp32, with scale and strength multiplied in</summary>
    public Tensor Up(double strength) => Wide(up).Times(scale * strength);
}

/// <summary>Δ = scale · (w1a·w1b) ∘ (w2a·w2b) (LoHa).</summary>
/// <param name="w1a">(out, r)</param>
/// <param name="w1b">(r, in)</param>
/// <param name="w2a">(out, r)</param>
/// <param name="w2b">(r, in)</param>
/// <param name="scale">alpha / r</param>
internal sealed class HadamardChange(Tensor w1a, Tensor w1b, Tensor w2a, Tensor w2b, double scale) : AdditiveChange
{
    public override long[] Shape => [w1a.shape[0], w1b.shape[1]];

    public override Tensor Delta(Tensor w) => (Wide(w1a).mm(Wide(w1b)) * Wide(w2a).mm(Wide(w2b))).Times(scale);
}

/// <summary>Δ = scale · w1 ⊗ w2, each factor whole or a product of two (LoKr).</summary>
/// <param name="w1">(o1, i1), or (o1, r) and (r, i1)</param>
/// <param name="w2">(o2, i2), or (o2, r) and (r, i2)</param>
/// <param name="scale">alpha / r; 1 if both are whole</param>
internal sealed class KroneckerChange((Tensor A, Tensor? B) w1, (Tensor A, Tensor? B) w2, double scale) : AdditiveChange
{
    public override long[] Shape => [w1.A.shape[0] * w2.A.shape[0], (w1.B ?? w1.A).shape[1] * (w2.B ?? w2.A).shape[1]];

    // Row (i·o2 + k), column (j·i2 + l) = w1[i,j] · w2[k,l].
    public override Tensor Delta(Tensor w) => kron(Factor(w1), Factor(w2)).Times(scale);

    static Tensor Factor((Tensor A, Tensor? B) w) => w.B is null ? Wide(w.A) : Wide(w.A).mm(Wide(w.B));
}

/// <summary>Δ = scale · (W·a1·a2 + b1·b2) (GLoRA).</summary>
/// <param name="a1">(in, r)</param>
/// <param name="a2">(r, in)</param>
/// <param name="b1">(out, r)</param>
/// <param name="b2">(r, in)</param>
/// <param name="scale">alpha / r</param>
internal sealed class GloraChange(Tensor a1, Tensor a2, Tensor b1, Tensor b2, double scale) : AdditiveChange
{
    public override bool NeedsWeight => true;

    public override long[] Shape => a1.shape[0] == a2.shape[1] && a2.shape[1] == b2.shape[1] ? [b1.shape[0], b2.shape[1]] : [b1.shape[0], a1.shape[0], a2.shape[1]];

    public override Tensor Delta(Tensor w) => w.mm(Wide(a1)).mm(Wide(a2)).Plus(Wide(b1).mm(Wide(b2))).Times(scale);
}

/// <summary>Δ = W ∘ factor, along rows or columns (IA³).</summary>
/// <param name="factor">(out), or (in) if <paramref name="onInput"/></param>
/// <param name="onInput">Whether the factor scales the columns.</param>
internal sealed class ScalingChange(Tensor factor, bool onInput) : AdditiveChange
{
    public override bool NeedsWeight => true;

    public override long[] Shape => onInput ? [-1, factor.numel()] : [factor.numel(), -1];

    public override Tensor Delta(Tensor w) => w * Wide(factor).reshape(onInput ? [1, -1] : [-1, 1]);
}

/// <summary>Δ as it is in the file: full fine-tuning, norms, biases.</summary>
internal sealed class DifferenceChange(Tensor difference) : AdditiveChange
{
    public override long[] Shape => difference.shape;

    public override Tensor Delta(Tensor w) => Wide(difference);
}

/// <summary>Replaces the weight; the strength has no influence.</summary>
internal sealed class ReplacingChange(Tensor value) : WeightChange
{
    public override long[] Shape => value.shape;

    public override Tensor Apply(Tensor w, double strength) => Wide(value).clone();
}

/// <summary>
/// V = W + Δ is brought to the learned magnitude m of each row or column, W' = V · m / ‖V‖ (DoRA, Liu et al. 2024); other strengths go along the
/// line from W to W'.
/// </summary>
/// <param name="inner">Δ</param>
/// <param name="magnitude">(out) or (out, 1): of the rows; (1, in): of the columns</param>
internal sealed class MagnitudeChange(AdditiveChange inner, Tensor magnitude) : WeightChange
{
    readonly bool ofColumns = magnitude.dim() == 2 && magnitude.shape[0] == 1;

    public override long[] Shape => magnitude.numel() == inner.Shape[ofColumns ? 1 : 0] || inner.Shape[ofColumns ? 1 : 0] < 0 ? inner.Shape : magnitude.shape;

    public override Tensor Apply(Tensor w, double strength)
    {
        var v = w.Plus(inner.Delta(w));
        var length = v.norm(ofColumns ? 0 : 1, keepdim: true).Plus(1e-12); // a row of zeros stays one
        return w.Plus((v * (Wide(magnitude).reshape(ofColumns ? [1, -1] : [-1, 1]) / length) - w).Times(strength));
    }
}
