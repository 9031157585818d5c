using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training;

/// <summary>What the text adapter reads for a batch of captions, padded on the right to a common length.</summary>
/// <param name="States">(b, s, width): the text encoder's states; zero where masked</param>
/// <param name="StatesMask">(b, s), 0 = padding</param>
/// <param name="T5Ids">(b, l), int64</param>
/// <param name="T5Mask">(b, l), 0 = padding</param>
public sealed record TextInputs(Tensor States, Tensor StatesMask, Tensor T5Ids, Tensor T5Mask) : IDisposable
{
    const long EndOfText = 1;

    /// <summary>(b, s), int64: what the text encoder reads. Where it is trained, the states are computed from these in every step; null: it is frozen.</summary>
    public Tensor? QwenIds { get; init; }

    /// <summary>Captions of which the text encoder computes the states in every step: <see cref="QwenIds"/> without <see cref="States"/>.</summary>
    /// <param name="captions">Their ids, at least one caption; an empty prompt has no Qwen ids.</param>
    /// <param name="padId">What Qwen's tokenizer pads with.</param>
    public static TextInputs OfIds(IReadOnlyList<(IReadOnlyList<int> Qwen, IReadOnlyList<int> T5)> captions, int padId)
    {
        var (qwen, seen) = Padded([.. captions.Select(c => c.Qwen)], padId);
        var (t5, t5Seen) = Padded([.. captions.Select(c => c.T5)], 0);
        return new(zeros([captions.Count, qwen.shape[1], 0]).DetachFromDisposeScope(), seen, t5, t5Seen) { QwenIds = qwen };
    }

    /// <summary>The batch with some captions dropped: no state is seen and the only T5 token is <c>&lt;/s&gt;</c>, as the empty prompt is encoded.</summary>
    /// <param name="dropped">(b): which</param>
    public TextInputs Without(IReadOnlyList<bool> dropped)
    {
        if (dropped.Count != States.shape[0]) throw new ArgumentException($"There are {States.shape[0]} captions, but {dropped.Count} say whether one is dropped.", nameof(dropped));
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var drop = tensor(dropped.ToArray(), device: States.device).unsqueeze(1);
        var first = Scalars.Range(T5Ids.shape[1], int64, T5Ids.device).logical_not().unsqueeze(0);
        return new(
            States.FilledWhere(drop.unsqueeze(2), 0).DetachFromDisposeScope(),
            (StatesMask * drop.logical_not()).DetachFromDisposeScope(),
            where(drop, first.to(int64) * tensor((long)EndOfText, device: T5Ids.device), T5Ids).DetachFromDisposeScope(),
            where(drop, first.to(T5Mask.dtype), T5Mask).DetachFromDisposeScope()) { QwenIds = QwenIds };
    }

    static (Tensor Ids, Tensor Mask) Padded(IReadOnlyList<IReadOnlyList<int>> rows, int pad)
    {
        int length = Math.Max(1, rows.Max(row => row.Count));
        var (ids, mask) = (new long[rows.Count, length], new long[rows.Count, length]);
        for (int n = 0; n < rows.Count; n++)
            for (int i = 0; i < length; i++) (ids[n, i], mask[n, i]) = i < rows[n].Count ? (rows[n][i], 1L) : (pad, 0L);
        return (tensor(ids).DetachFromDisposeScope(), tensor(mask).DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { States, StatesMask, T5Ids, T5Mask, QwenIds }) tensor?.Dispose();
    }
}
