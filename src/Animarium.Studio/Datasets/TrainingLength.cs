namespace Animarium.Studio.Datasets;

/// <summary>How long a training is, as sd-scripts counts.</summary>
/// <param name="StepsPerEpoch">Optimizer steps: batches over accumulation, rounded up, because an incomplete accumulation at the end of an epoch still makes a step.</param>
/// <param name="Steps">Of the whole training.</param>
/// <param name="Epochs">Begun ones; the last may be cut short by <paramref name="Steps"/>.</param>
public readonly record struct TrainingLength(long StepsPerEpoch, long Steps, long Epochs)
{
    /// <summary>From the settings; a number of epochs goes before a number of steps.</summary>
    /// <param name="batchesPerEpoch">At least 1.</param>
    /// <param name="accumulation">Batches in an optimizer step, at least 1.</param>
    /// <param name="epochs">Null: <paramref name="steps"/> counts.</param>
    /// <param name="steps">Used if <paramref name="epochs"/> is null.</param>
    public static TrainingLength Of(long batchesPerEpoch, int accumulation, long? epochs, long steps)
    {
        long perEpoch = (batchesPerEpoch + accumulation - 1) / accumulation;
        long total = epochs is { } count ? count * perEpoch : steps;
        return new(perEpoch, total, (total + perEpoch - 1) / perEpoch);
    }
}
