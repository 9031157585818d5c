using static TorchSharp.torch;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>
/// Prompts as the transformer sees them: the cross-attention keys and values of every block, computed once for all steps and pictures.
/// </summary>
/// <remarks>
/// Anima attends to 512 rows of which those after the prompt are zero. Equal rows have equal logits and values, so one zero row whose logit is
/// raised by ln(how many it stands for) gives exactly the attention over all of them.
/// </remarks>
public sealed class TextConditioning : IDisposable
{
    internal TextConditioning(KeysValues[] blocks, Tensor? bias) => (Blocks, Bias) = (blocks, bias);

    internal KeysValues[] Blocks { get; }

    /// <summary>(b or 1, 1, 1, rows), fp32: added to the logits of the rows; null: nothing is.</summary>
    public Tensor? Bias { get; }

    /// <summary>Prompts in it.</summary>
    public long Batch => Blocks[0].Keys.shape[0];

    /// <summary>Rows attended to, the one that stands for the zero rows included.</summary>
    public long Rows => Blocks[0].Keys.shape[2];

    /// <summary>Type in which the transformer computes with it.</summary>
    public ScalarType Type => Blocks[0].Keys.dtype;

    /// <summary>Device on which the transformer computes with it.</summary>
    public Device Device => Blocks[0].Keys.device;

    /// <summary>Several conditionings as one batch, e.g. the prompt and the negative prompt for guidance; shorter ones get rows that nothing attends to.</summary>
    public static TextConditioning Stack(params IReadOnlyList<TextConditioning> parts)
    {
        using var scope = NewDisposeScope();
        long rows = parts.Max(p => p.Rows);
        var bias = cat([.. parts.Select(p => p.PaddedBias(rows))]).DetachFromDisposeScope();
        return new([.. parts[0].Blocks.Select((_, n) => new KeysValues(
            cat([.. parts.Select(p => Padded(p.Blocks[n].Keys, rows))]),
            cat([.. parts.Select(p => Padded(p.Blocks[n].Values, rows))])).Keep())], bias);
    }

    static Tensor Padded(Tensor x, long rows) => nn.functional.pad(x, [0, 0, 0, rows - x.shape[2]]);

    Tensor PaddedBias(long rows)
    {
        var own = (Bias ?? zeros(1, 1, 1, Rows, device: Device)).expand(Batch, 1, 1, Rows);
        return nn.functional.pad(own, [0, rows - Rows], value: float.MinValue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (keys, values) in Blocks)
        {
            keys.Dispose();
            values.Dispose();
        }
        Bias?.Dispose();
    }
}

/// <summary>Cross-attention keys (normed) and values of one block.</summary>
/// <param name="Keys">(b, h, n, d)</param>
/// <param name="Values">(b, h, n, d)</param>
internal readonly record struct KeysValues(Tensor Keys, Tensor Values)
{
    public KeysValues Keep() => new(Keys.DetachFromDisposeScope(), Values.DetachFromDisposeScope());
}
