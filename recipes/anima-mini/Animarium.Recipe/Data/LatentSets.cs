using Animarium.Diffusion.Training;

namespace Animarium.Recipe.Data;

/// <summary>
/// Pictures of several sizes, a folder for each. They take turns step by step, because a batch has one size, and because a model that sees only the larger
/// pictures for long forgets the smaller ones. A folder may have several turns.
/// </summary>
internal sealed class LatentSets(IReadOnlyList<CaptionedLatents> sets) : IDisposable
{
    /// <summary>A batch of training, of the folder whose turn it is.</summary>
    public LatentBatch Batch(long step, int size) => sets[(int)(step % sets.Count)].Batch(step / sets.Count, size);

    /// <summary>Of each folder the pictures that are not trained on, in the order of the first turns.</summary>
    public IEnumerable<LatentBatch> Kept => sets.DistinctBy(set => set.Folder).Select(set => set.KeptBatch());

    /// <summary>The same turn by turn: a folder that has several turns comes several times.</summary>
    public IEnumerable<LatentBatch> Turns => sets.Select(set => set.KeptBatch());

    public void Dispose()
    {
        foreach (var set in sets) set.Dispose();
    }
}
