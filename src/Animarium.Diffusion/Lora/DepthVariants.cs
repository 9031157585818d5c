namespace Animarium.Diffusion.Lora;

/// <summary>
/// Where the blocks of one depth of Anima lie in another. The deeper variants were made by inserting blocks between those of the official model
/// (block expansion, LLaMA Pro, Wu et al. 2024): Anima-2.9B has 12 more, Anima-3.8B again 12 more, at the positions that their
/// <c>expand_manifest.json</c> records and that comparing the checkpoints confirms. A LoRA that addresses blocks by number must follow them.
/// </summary>
internal static class DepthVariants
{
    static readonly int[] Depths = [28, 40, 52];

    static readonly (int From, int To, int[] Inserted)[] Expansions =
    [
        (28, 40, [2, 5, 8, 11, 14, 17, 21, 24, 27, 30, 33, 36]),
        (40, 52, [3, 7, 11, 15, 19, 23, 27, 31, 35, 39, 43, 47]),
    ];

    /// <summary>The depth of the variant that a LoRA with these blocks was trained on, if its blocks' places in a model of depth <paramref name="depth"/> are known.</summary>
    /// <param name="blocks">Numbers of the blocks the LoRA changes.</param>
    /// <param name="depth">Blocks of the loaded model.</param>
    public static int? TrainedOn(IReadOnlyCollection<int> blocks, int depth)
    {
        if (blocks.Count == 0 || !Depths.Contains(depth)) return null;
        int trained = Depths.FirstOrDefault(d => d > blocks.Max());
        return trained > 0 && trained != depth ? trained : null;
    }

    /// <summary>The place of a block in the other variant; null: it has none there.</summary>
    public static int? Move(int block, int from, int to)
    {
        int? place = block;
        foreach (var step in Expansions.Where(e => from <= e.From && e.To <= to)) place = Enumerable.Range(0, step.To).Except(step.Inserted).ElementAt(place.Value);
        foreach (var step in Expansions.Reverse().Where(e => to <= e.From && e.To <= from))
            place = place is { } p && !step.Inserted.Contains(p) ? p - step.Inserted.Count(i => i < p) : null;
        return place;
    }
}
