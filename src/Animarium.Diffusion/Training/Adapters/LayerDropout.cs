using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>What one layer drops in one step.</summary>
/// <param name="options">The probabilities, and T-LoRA's ranks.</param>
/// <param name="sigma">(b), for T-LoRA; null: this layer knows no sigma, all its ranks count</param>
/// <param name="draws">The layer's numbers.</param>
sealed class LayerDropout(AdapterOptions options, Tensor? sigma, IUniformSource draws)
{
    /// <summary>Whether the change is left out of this step. To be asked before the masks: it takes the first number.</summary>
    public bool SkipsLayer()
    {
        if (options.ModuleDropout == 0) return false;
        using var number = draws.Uniform(1);
        return number.item<float>() < options.ModuleDropout;
    }

    /// <summary>Whether <see cref="Masked"/> changes anything.</summary>
    public bool Masks => options.Dropout > 0 || options.RankDropout > 0 || options.MinRank is not null && sigma is not null;

    /// <summary>Drops activations and ranks; what stays is scaled up so that the expectation is kept.</summary>
    /// <param name="z">(b, …, r): activations between the factors</param>
    public Tensor Masked(Tensor z)
    {
        if (options.Dropout > 0) z = z * Kept(draws.Uniform(z.shape), options.Dropout).to(z.dtype, z.device);
        if (options.RankDropout > 0) z = z * Kept(draws.Uniform(z.shape[0], z.shape[^1]), options.RankDropout).to(z.dtype, z.device).view(PerItem(z));
        if (options.MinRank is { } least && sigma is not null) z = z * Trained(sigma, z.shape[^1], Math.Min(least, z.shape[^1])).to(z.dtype, z.device).view(PerItem(z));
        return z;
    }

    static Tensor Kept(Tensor uniform, double p) => uniform.Above(p).to(float32).Times(1 / (1 - p));

    // T-LoRA: the first ⌊(1 − σ)ᵃ (rank − least)⌋ + least ranks of each item.
    Tensor Trained(Tensor sigma, long rank, long least)
    {
        double[] ranks = [.. sigma.to(float64).cpu().data<double>().Select(s => Math.Floor(Math.Pow(1 - s, options.MinRankExponent) * (rank - least)) + least)];
        return Scalars.Range(rank, float64).unsqueeze(0).lt(tensor(ranks).unsqueeze(1));
    }

    static long[] PerItem(Tensor z) => [z.shape[0], .. Enumerable.Repeat(1L, (int)z.dim() - 2), z.shape[^1]];
}
