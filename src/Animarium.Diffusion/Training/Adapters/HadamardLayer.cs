using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>
/// Δ = scale · (w1a·w1b) ∘ (w2a·w2b) (LoHa). A Hadamard product of two products of rank r is one product of rank r², whose factors are all pairs of
/// columns and all pairs of rows (the Khatri–Rao product): Δ = up·down with up[o, pq] = w1a[o, p]·w2a[o, q]. As long as r² is small that is cheaper
/// than Δ itself, and exact. For larger ranks Δ is the smaller thing: it is built for the moment of the product, and again in the backward pass.
/// </summary>
sealed class HadamardLayer : TrainableLayer
{
    readonly Tensor w1a, w1b, w2a, w2b;
    readonly double scale;

    public HadamardLayer(LayerPlan plan) : base(plan)
    {
        long rank = plan.Target.Rank;
        // As LyCORIS starts: w2a is zero, so Δ is; the others are normal.
        w1a = Factor("hada_w1_a", () => plan.Random.Normal(Outputs, rank).Times(0.1));
        w1b = Factor("hada_w1_b", () => plan.Random.Normal(rank, Inputs));
        w2a = Factor("hada_w2_a", () => zeros(Outputs, rank));
        w2b = Factor("hada_w2_b", () => plan.Random.Normal(rank, Inputs));
        scale = ScaleOf(w1b.shape[0]);
    }

    public override (string Role, double Value) Constant => ("alpha", scale * w1b.shape[0]);

    public override int Degree => 4;

    public override Tensor Norm() => Delta().norm();

    protected override Tensor Changed(Tensor x, Linear linear, LayerDropout? dropout)
    {
        long pairs = w1b.shape[0] * w2b.shape[0];
        if (pairs * (Inputs + Outputs) > Inputs * Outputs) return linear.Base(x).Accumulate(HadamardProduct.Apply(x, w1a, w1b, w2a, w2b, scale));
        var down = (w1b.unsqueeze(1) * w2b.unsqueeze(0)).view(pairs, Inputs);
        var up = (w1a.unsqueeze(2) * w2a.unsqueeze(1)).view(Outputs, pairs);
        return linear.Base(x).Accumulate(F.linear(F.linear(x, As(down, x)).Times(scale), As(up, x)));
    }

    Tensor Delta() => (w1a.mm(w1b) * w2a.mm(w2b)).Times(scale);
}
