using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>
/// Δ = scale · w1 ⊗ w2 (LoKr). With the input as a matrix of i1 × i2, Δ·x is w1 · X · w2ᵀ: two small products instead of one with a matrix of
/// out × in. Each factor is whole or itself a product of two.
/// </summary>
sealed class KroneckerLayer : TrainableLayer
{
    readonly Factored w1, w2;
    readonly double scale;

    public KroneckerLayer(LayerPlan plan) : base(plan)
    {
        long rank = plan.Target.Rank;
        var (o1, o2) = Split(Outputs, plan.Options.Factor);
        var (i1, i2) = Split(Inputs, plan.Options.Factor);
        // As LyCORIS decides what is worth decomposing, and starts: w2's right part (or w2) is zero, so Δ is.
        w1 = Has("lokr_w1_a", fresh: plan.Options.DecomposeBoth && 2 * rank < Math.Max(o1, i1))
            ? new(Factor("lokr_w1_a", () => Kaiming(o1, rank)), Factor("lokr_w1_b", () => Kaiming(rank, i1)))
            : new(Factor("lokr_w1", () => Kaiming(o1, i1)), null);
        w2 = Has("lokr_w2_a", fresh: 2 * rank < Math.Max(o2, i2))
            ? new(Factor("lokr_w2_a", () => Kaiming(o2, rank)), Factor("lokr_w2_b", () => zeros(rank, i2)))
            : new(Factor("lokr_w2", () => zeros(o2, i2)), null);
        // Readers take the rank from the factored one; if both are whole they scale by 1.
        Inner = w2.Right?.shape[0] ?? w1.Right?.shape[0];
        scale = Inner is { } inner ? ScaleOf(inner) : 1;
    }

    public override (string Role, double Value) Constant => ("alpha", scale * (Inner ?? 1));

    public override int Degree => Factors.Count;

    long? Inner { get; }

    // ‖w1 ⊗ w2‖ = ‖w1‖ · ‖w2‖
    public override Tensor Norm() => (w1.Whole().norm() * w2.Whole().norm()).Times(scale);

    protected override Tensor Changed(Tensor x, Linear linear, LayerDropout? dropout)
    {
        long i1 = w1.Columns, i2 = w2.Columns;
        var z = w2.Times(x.view([.. x.shape[..^1], i1, i2])).transpose(-1, -2);
        z = w1.Times(z).transpose(-1, -2);
        return linear.Base(x).Accumulate(z.reshape([.. x.shape[..^1], Outputs]).Times(scale));
    }

    /// <summary>A side as a product, the smaller part first: with the wished factor if it divides, else as square as possible below it.</summary>
    internal static (long, long) Split(long side, int factor)
    {
        long first = factor > 0 && side % factor == 0 ? factor : 1;
        if (first == 1)
            for (long n = 1; n * n <= side && (factor < 0 || n <= factor); n++)
                if (side % n == 0) first = n;
        return (Math.Min(first, side / first), Math.Max(first, side / first));
    }

    /// <summary>A matrix (m, n), whole or as (m, r)·(r, n).</summary>
    readonly record struct Factored(Tensor Left, Tensor? Right)
    {
        public long Columns => (Right ?? Left).shape[1];

        public Tensor Whole() => Right is null ? Left : Left.mm(Right);

        /// <param name="x">(…, n)</param>
        /// <returns>(…, m)</returns>
        public Tensor Times(Tensor x) => F.linear(Right is null ? x : F.linear(x, As(Right, x)), As(Left, x));
    }
}
