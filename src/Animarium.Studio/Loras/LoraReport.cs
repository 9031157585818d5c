using Animarium.Diffusion.Lora;

namespace Animarium.Studio.Loras;

/// <summary>A layer of a LoRA that was made.</summary>
/// <param name="Network">The network it changes.</param>
/// <param name="Module">The module's name in the model.</param>
/// <param name="RankBefore">Inner size of the exact change; null: it was dense.</param>
/// <param name="Rank">Inner size now; null: it has none.</param>
/// <param name="Norm">Frobenius norm of the exact change.</param>
/// <param name="Error">Frobenius norm of what is missing or rounded, as a share of <paramref name="Norm"/>.</param>
/// <param name="Kept">The share of the norm that is kept.</param>
public sealed record LayerReport(LoraNetwork Network, string Module, long? RankBefore, long? Rank, double Norm, double Error, double Kept);

/// <summary>What was made, and how close it is to what was wanted.</summary>
/// <param name="Layers">In the order of their names.</param>
/// <param name="Warnings">About the files that were read.</param>
/// <param name="LeftOut">Tensors that differ and that the LoRA doesn't hold.</param>
public sealed record LoraReport(IReadOnlyList<LayerReport> Layers, IReadOnlyList<LoraIssue> Warnings, IReadOnlyList<string> LeftOut)
{
    /// <summary>The error over all layers, as a share of the norm of all changes.</summary>
    public double Error => Math.Sqrt(Layers.Sum(l => l.Error * l.Error * l.Norm * l.Norm) / Math.Max(Layers.Sum(l => l.Norm * l.Norm), double.Epsilon));

    /// <summary>The share of the norm of all changes that is kept.</summary>
    public double Kept => Math.Sqrt(Math.Max(0, 1 - Error * Error));

    /// <summary>Every rank that occurs, rising.</summary>
    public IReadOnlyList<long> Ranks => [.. Layers.Select(l => l.Rank).OfType<long>().Distinct().Order()];

    internal static LoraReport Of(IEnumerable<ReducedLayer> layers, IEnumerable<LoraIssue> warnings, IReadOnlyList<string>? leftOut = null) =>
        new([.. layers.Select(l => new LayerReport(l.Layer.Network, l.Layer.Module, l.RankBefore, l.Layer.Rank, l.Norm, l.Error, l.Kept))], [.. warnings], leftOut ?? []);
}
