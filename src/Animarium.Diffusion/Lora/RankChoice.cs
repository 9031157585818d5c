using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>How many singular values of a change are kept.</summary>
public sealed record RankChoice
{
    /// <param name="rank">At most so many, at least 1; null: as many as the energy asks for.</param>
    /// <param name="energy">The share of the squared Frobenius norm to keep, above 0, at most 1; null: all that the rank allows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number outside its range, or neither given.</exception>
    public RankChoice(int? rank, double? energy = null)
    {
        if (rank is null && energy is null) throw new ArgumentOutOfRangeException(nameof(rank), "Give a rank, an energy, or both.");
        if (rank is < 1) throw new ArgumentOutOfRangeException(nameof(rank), rank, "A rank is 1 or more.");
        if (energy is not null and not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(energy), energy, "A share of energy lies above 0 and is at most 1.");
        (Rank, Energy) = (rank, energy);
    }

    /// <summary>At most so many; null: no limit.</summary>
    public int? Rank { get; }

    /// <summary>The share of the squared Frobenius norm to keep; null: all.</summary>
    public double? Energy { get; }

    /// <summary>How many of these singular values to keep; null: more than are known.</summary>
    /// <param name="values">(n), falling, fp64</param>
    /// <param name="total">The squared Frobenius norm of the whole change.</param>
    internal long? Of(Tensor values, double total)
    {
        long known = values.shape[0];
        if (Energy is not { } share || total == 0) return Rank <= known ? Rank : null;
        long needed = values.Squared().cumsum(0).Below(share * total).sum().item<long>() + 1;
        return Rank is { } limit && limit <= Math.Min(needed, known) ? limit : needed <= known ? needed : null;
    }
}
