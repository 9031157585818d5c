using Animarium.Diffusion.Training;

namespace Animarium.Recipe.Data;

/// <summary>
/// Pictures of several sizes, a folder for each. They take turns step by step, because a batch has one size, and because a model that sees only the larger
/// pictures for long forgets the smaller ones.
/// </summary>
/// <param name="turns">The folder of each turn; one that comes several times goes on in the next turn where it was.</param>
internal sealed class LatentSets(IReadOnlyList<CaptionedLatents> turns) : IDisposable
{
    /// <summary>A batch of training, of the folder whose turn it is.</summary>
    public LatentBatch Batch(long step, int size)
    {
        var (round, turn) = Math.DivRem(step, turns.Count);
        var set = turns[(int)turn];
        return set.Batch(round * Of(turns) + Of(turns.Take((int)turn)), size);

        int Of(IEnumerable<CaptionedLatents> some) => some.Count(other => other == set);
    }

    /// <summary>Of each folder the pictures that are not trained on, in the order of the first turns.</summary>
    public IEnumerable<LatentBatch> Kept => turns.Distinct().Select(set => set.KeptBatch());

    /// <summary>The same turn by turn: a folder that has several turns comes several times.</summary>
    public IEnumerable<LatentBatch> Turns => turns.Select(set => set.KeptBatch());

    public void Dispose()
    {
        foreach (var set in turns.Distinct()) set.Dispose();
    }
}
