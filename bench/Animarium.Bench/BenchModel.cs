using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Weights;

namespace Animarium.Bench;

/// <summary>The full-size model with random weights, opened.</summary>
sealed class BenchModel : IDisposable
{
    readonly Checkpoint[] checkpoints;

    /// <param name="folder">Where <see cref="RandomCheckpoint"/> made it.</param>
    public BenchModel(string folder)
    {
        checkpoints = [.. RandomCheckpoint.Paths(folder).Select(Checkpoint.Open)];
        Model = new(checkpoints[0].DiffusionModel!, checkpoints[1].TextEncoder!, checkpoints[2].Vae!);
    }

    public AnimaModel Model { get; }

    /// <summary>Elements of all matrices that a text goes through in a scope of the diffusion model or of the text encoder.</summary>
    public static long Matrices(WeightScope weights) =>
        weights.Taken.Where(w => w.Stored.dim() == 2 && !w.Name.Contains("embed", StringComparison.Ordinal)).Sum(w => w.Stored.numel());

    public WeightScope TextEncoder => checkpoints[1].TextEncoder!;

    public WeightScope Adapter => checkpoints[0].DiffusionModel!["llm_adapter"];

    public WeightScope Vae => checkpoints[2].Vae!;

    public void Dispose()
    {
        foreach (var checkpoint in checkpoints) checkpoint.Dispose();
    }
}
