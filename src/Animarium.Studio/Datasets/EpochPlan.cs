namespace Animarium.Studio.Datasets;

/// <summary>One picture of one batch, and what chance decided about it.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Repeat">Which of its repeats in the epoch, from 0.</param>
/// <param name="Mirrored">Whether it is seen mirrored.</param>
/// <param name="CropX">Pixels of the resized picture left out at the left.</param>
/// <param name="CropY">Pixels of the resized picture left out at the top.</param>
public sealed record TrainingDraw(TrainingPicture Picture, int Repeat, bool Mirrored, int CropX, int CropY)
{
    private const ulong CaptionChanceMark = 1;

    internal ulong Chance { get; init; }

    internal ulong Seed { get; init; }

    internal int Epoch { get; init; }

    /// <summary>The pixels of this draw.</summary>
    /// <exception cref="Images.PictureException">The file cannot be read or is damaged.</exception>
    /// <exception cref="DatasetException">The file changed since the dataset was opened.</exception>
    public TrainingPixels Load() => Picture.Load(Mirrored, CropX, CropY);

    /// <summary>The processed caption of this draw: the same whenever it is asked for.</summary>
    /// <param name="step">Optimizer steps done before this one; matters for token warm-up alone.</param>
    /// <param name="totalSteps">Of the whole training; matters for token warm-up alone.</param>
    public string Caption(long step, long totalSteps) =>
        CaptionProcessing.Process(Picture.Found.Caption, Picture.Subset.Caption, Epoch + 1, step, totalSteps, new SeededChance(SplitMix64.StateOf(Chance, CaptionChanceMark)));

    /// <summary>The caption of this draw where each picture has only so many variants, whose text states can be computed beforehand. Whether it is dropped is decided anew each time.</summary>
    /// <param name="variants">At least 1.</param>
    /// <param name="step">Optimizer steps done before this one; matters for token warm-up alone.</param>
    /// <param name="totalSteps">Of the whole training; matters for token warm-up alone.</param>
    public string Caption(int variants, long step, long totalSteps)
    {
        var settings = Picture.Subset.Caption;
        bool dropped = settings.Dropout > 0 && new SeededChance(SplitMix64.StateOf(Chance, CaptionChanceMark)).Draw() < settings.Dropout
            || settings.DropoutEveryEpochs > 0 && (Epoch + 1) % settings.DropoutEveryEpochs == 0;
        return dropped ? "" : Picture.CaptionVariant(Seed, (int)(((long)Epoch * Picture.Repeats + Repeat) % variants), step, totalSteps);
    }
}

/// <summary>Pictures of one bucket that make a step together.</summary>
/// <param name="Dataset">The index of their dataset among the settings.</param>
/// <param name="Bucket">The size of all of them.</param>
/// <param name="Draws">The batch size of the dataset, or fewer at the end of a bucket.</param>
public sealed record TrainingBatch(int Dataset, PixelSize Bucket, IReadOnlyList<TrainingDraw> Draws);

/// <summary>
/// The batches of one epoch in order. A plan follows from the dataset, the seed and the epoch alone: whoever resumes makes it again and goes on at the position
/// where it stopped.
/// </summary>
public sealed class EpochPlan
{
    private EpochPlan(long seed, int epoch, IReadOnlyList<TrainingBatch> batches) => (Seed, Epoch, Batches) = (seed, epoch, batches);

    /// <summary>What the order is derived from.</summary>
    public long Seed { get; }

    /// <summary>From 0.</summary>
    public int Epoch { get; }

    /// <summary>Each of one bucket, in the order of training.</summary>
    public IReadOnlyList<TrainingBatch> Batches { get; }

    /// <summary>Shuffles each bucket, cuts it into batches, and shuffles the batches of all buckets and datasets together.</summary>
    internal static EpochPlan Of(IReadOnlyList<TrainingPicture> pictures, IReadOnlyList<DatasetSettings> settings, long seed, int epoch)
    {
        var batches = new List<TrainingBatch>();
        foreach (var bucket in pictures.GroupBy(picture => (picture.Dataset, picture.Placement.Bucket)).OrderBy(group => group.Key.Dataset).ThenBy(group => group.Key.Bucket.Width).ThenBy(group => group.Key.Bucket.Height))
        {
            (TrainingPicture Picture, int Repeat)[] all = [.. bucket.SelectMany(picture => Enumerable.Range(0, picture.Repeats).Select(repeat => (picture, repeat)))];
            var (dataset, size) = bucket.Key;
            var random = new SplitMix64(SplitMix64.StateOf((ulong)seed, (ulong)epoch, (ulong)dataset, (ulong)size.Width, (ulong)size.Height));
            var shuffled = random.Permutation(all.Length).Select(place => Draw(all[place].Picture, all[place].Repeat, seed, epoch));
            batches.AddRange(shuffled.Chunk(settings[dataset].BatchSize).Select(draws => new TrainingBatch(dataset, size, draws)));
        }
        var order = new SplitMix64(SplitMix64.StateOf((ulong)seed, (ulong)epoch));
        return new(seed, epoch, [.. order.Permutation(batches.Count).Select(place => batches[place])]);
    }

    private static TrainingDraw Draw(TrainingPicture picture, int repeat, long seed, int epoch)
    {
        ulong chance = SplitMix64.StateOf((ulong)seed, (ulong)epoch, picture.Key, (ulong)repeat);
        var random = new SplitMix64(chance);
        var (bucket, resized, x, y) = picture.Placement;
        bool mirrored = random.Uniform() < 0.5 && picture.Subset.Flip;
        if (picture.Subset.RandomCrop) (x, y) = (random.Below(resized.Width - bucket.Width + 1), random.Below(resized.Height - bucket.Height + 1));
        return new(picture, repeat, mirrored, x, y) { Chance = chance, Seed = (ulong)seed, Epoch = epoch };
    }
}
