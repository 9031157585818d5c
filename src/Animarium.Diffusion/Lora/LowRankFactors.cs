using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>Δ = Up · Down.</summary>
/// <param name="Up">(out, r)</param>
/// <param name="Down">(r, in)</param>
internal sealed record LowRankFactors(Tensor Up, Tensor Down)
{
    const int Oversampling = 16, PowerIterations = 4, FirstSketch = 64;

    public long Rank => Down.shape[0];

    /// <summary>The sum of changes, exactly: the factors beside each other.</summary>
    public static LowRankFactors Sum(IReadOnlyCollection<LowRankFactors> changes) => new(cat([.. changes.Select(c => c.Up)], 1), cat([.. changes.Select(c => c.Down)], 0));

    /// <summary>The Frobenius norm of Δ, which is never built: with Up = Q₁R₁ and Downᵀ = Q₂R₂ it is that of the small R₁R₂ᵀ.</summary>
    public double Norm()
    {
        using var scope = NewDisposeScope();
        var (_, core, _) = Core();
        return core.norm().item<double>();
    }

    /// <summary>‖this − other‖ in the Frobenius norm.</summary>
    public double DistanceTo(LowRankFactors other) => Sum([new(Up.to(ScalarType.Float64), Down.to(ScalarType.Float64)), new(other.Up.to(ScalarType.Float64).neg(), other.Down.to(ScalarType.Float64))]).Norm();

    /// <summary>The best approximation of a lower rank (Eckart and Young 1936), from the singular values of the small core.</summary>
    public LowRankFactors Reduced(RankChoice choice)
    {
        using var scope = NewDisposeScope();
        var (left, core, right) = Core();
        var (u, s, vt) = linalg.svd(core, fullMatrices: false);
        var (up, down) = Split(left.mm(u), s, vt.mm(right.t()), choice.Of(s, core.Squared().sum().item<double>()) ?? s.shape[0]);
        return new(up.MoveToOuterDisposeScope(), down.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The best factors of a dense change. A randomised sketch with power iterations (Halko, Martinsson and Tropp 2011) finds the leading singular values
    /// in a few products; where many are needed, the whole decomposition is made.
    /// </summary>
    /// <param name="delta">(out, in), fp32</param>
    /// <param name="choice">How many to keep.</param>
    public static LowRankFactors Of(Tensor delta, RankChoice choice)
    {
        using var scope = NewDisposeScope();
        double total = delta.to(ScalarType.Float64).Squared().sum().item<double>();
        long full = delta.shape.Min();
        for (long width = choice.Rank is { } rank ? rank + Oversampling : FirstSketch; ; width *= 4)
        {
            bool whole = width >= full / 4;
            var (u, s, vt) = whole ? linalg.svd(delta, fullMatrices: false) : Sketch(delta, width);
            var values = s.to(ScalarType.Float64);
            // All values give their own sum: beside the matrix's, rounding in fp32 would look like energy that is missing.
            if ((choice.Of(values, whole ? values.Squared().sum().item<double>() : total) ?? (whole ? values.shape[0] : null)) is not { } kept) continue;
            var (up, down) = Split(u, s, vt, kept);
            return new(up.MoveToOuterDisposeScope(), down.MoveToOuterDisposeScope());
        }
    }

    static (Tensor U, Tensor S, Tensor Vt) Sketch(Tensor delta, long width)
    {
        // Always the same test matrix: the same checkpoints give the same LoRA.
        using var random = new Generator(0);
        var q = linalg.qr(delta.mm(randn([delta.shape[1], width], generator: random))).Q;
        for (int i = 0; i < PowerIterations; i++) q = linalg.qr(delta.mm(linalg.qr(delta.t().mm(q)).Q)).Q;
        var (u, s, vt) = linalg.svd(q.t().mm(delta), fullMatrices: false);
        return (q.mm(u), s, vt);
    }

    // √s on either side: both factors have the same size of numbers, which rounding to half precision wants.
    static (Tensor Up, Tensor Down) Split(Tensor u, Tensor s, Tensor vt, long rank)
    {
        var root = s.slice(0, 0, rank, 1).sqrt();
        return ((u.slice(1, 0, rank, 1) * root).to(ScalarType.Float32), (root.unsqueeze(1) * vt.slice(0, 0, rank, 1)).to(ScalarType.Float32));
    }

    (Tensor Left, Tensor Core, Tensor Right) Core()
    {
        var (left, r1) = linalg.qr(Up.to(ScalarType.Float64));
        var (right, r2) = linalg.qr(Down.to(ScalarType.Float64).t());
        return (left, r1.mm(r2.t()), right);
    }
}
