using Animarium.Studio.Texts;

namespace Animarium.Studio.Datasets;

/// <summary>What <see cref="Dataset.Open"/> does with files that cannot be trained on.</summary>
public sealed record DatasetOptions
{
    /// <summary>Whether they are left out (and listed in <see cref="Dataset.Skipped"/>) instead of stopping everything.</summary>
    public bool SkipUnreadable { get; init; }
}

/// <summary>Pictures with captions, each in its bucket: what a training sees.</summary>
public sealed class Dataset
{
    private const int LongestSide = 1 << 16; // pixels of a resized picture; beyond it, a strip of which next to nothing is seen

    private Dataset(IReadOnlyList<DatasetSettings> settings, IReadOnlyList<TrainingPicture> pictures, IReadOnlyList<TrainingPicture> validation, IReadOnlyList<DatasetProblem> skipped) =>
        (Settings, Pictures, Validation, Skipped) = (settings, pictures, validation, skipped);

    /// <summary>What it was opened with.</summary>
    public IReadOnlyList<DatasetSettings> Settings { get; }

    /// <summary>The pictures that are trained on, by dataset, subset and name; regularisation pictures last in their dataset.</summary>
    public IReadOnlyList<TrainingPicture> Pictures { get; }

    /// <summary>The pictures that are measured and not trained on.</summary>
    public IReadOnlyList<TrainingPicture> Validation { get; }

    /// <summary>Files left out on request.</summary>
    public IReadOnlyList<DatasetProblem> Skipped { get; }

    /// <summary>The same without the pictures that turned out to be damaged.</summary>
    /// <exception cref="DatasetException">No picture is left.</exception>
    internal Dataset Without(IReadOnlyCollection<DatasetProblem> damaged)
    {
        var paths = damaged.Select(problem => problem.Path).ToHashSet(StringComparer.Ordinal);
        List<TrainingPicture> left = [.. Pictures.Where(picture => !paths.Contains(picture.Path))];
        return left.Count > 0 ? new(Settings, left, [.. Validation.Where(picture => !paths.Contains(picture.Path))], [.. Skipped, .. damaged]) : throw new DatasetException([.. damaged]);
    }

    /// <summary>Images an epoch sees, with repeats.</summary>
    public long ImagesPerEpoch => Pictures.Sum(picture => (long)picture.Repeats);

    /// <summary>Buckets with their images (with repeats) and batches, sorted by dataset, width and height. Each bucket's last batch may be short.</summary>
    public IReadOnlyList<(int Dataset, PixelSize Bucket, long Images, long Batches)> Buckets =>
        [.. Pictures.GroupBy(picture => (picture.Dataset, picture.Placement.Bucket))
            .Select(group => (group.Key.Dataset, group.Key.Bucket, Images: group.Sum(picture => (long)picture.Repeats)))
            .OrderBy(bucket => bucket.Dataset).ThenBy(bucket => bucket.Bucket.Width).ThenBy(bucket => bucket.Bucket.Height)
            .Select(bucket => (bucket.Dataset, bucket.Bucket, bucket.Images, (bucket.Images + Settings[bucket.Dataset].BatchSize - 1) / Settings[bucket.Dataset].BatchSize))];

    /// <summary>Batches an epoch has.</summary>
    public long BatchesPerEpoch => Buckets.Sum(bucket => bucket.Batches);

    /// <summary>How many captions have each tag (in lower case), under the names of the folders: what training programs write into a LoRA. Regularisation pictures do not count.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> TagFrequency => TagFrequencyOf(Pictures);

    /// <summary>The same of one dataset.</summary>
    /// <param name="number">Its place in <see cref="Settings"/>.</param>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> TagFrequencyIn(int number) => TagFrequencyOf(Pictures.Where(picture => picture.Dataset == number));

    private static Dictionary<string, IReadOnlyDictionary<string, int>> TagFrequencyOf(IEnumerable<TrainingPicture> pictures) =>
        pictures.Where(picture => !picture.Subset.IsRegularisation)
            .GroupBy(picture => Path.GetFileName(Path.TrimEndingDirectorySeparator(picture.Subset.Folder)))
            .ToDictionary(folder => folder.Key, folder => (IReadOnlyDictionary<string, int>)folder
                .SelectMany(picture => picture.Found.Caption.Split(',').Select(tag => tag.Trim().ToLowerInvariant()).Where(tag => tag.Length > 0))
                .CountBy(tag => tag).ToDictionary());

    /// <summary>The batches of an epoch, the same for the same seed and epoch.</summary>
    /// <param name="seed">Of the training.</param>
    /// <param name="epoch">From 0.</param>
    public EpochPlan Epoch(long seed, int epoch) => EpochPlan.Of(Pictures, Settings, seed, epoch);

    /// <summary>Files that were removed or written to since the dataset was opened. Asks the disk for each; new files are not looked for.</summary>
    public IReadOnlyList<string> ChangedFiles() => [.. Pictures.Concat(Validation).Where(picture => picture.HasChanged()).Select(picture => picture.Path).Distinct()];

    /// <summary>Finds pictures, captions and masks, reads the headers of the pictures, and gives each its bucket. No pixels are decoded.</summary>
    /// <param name="settings">At least one dataset.</param>
    /// <param name="options">What to do with files in the way; null: they stop everything.</param>
    /// <param name="cancel">Ends the reading early.</param>
    /// <exception cref="DatasetException">Files in the way (all of them named), a refused caption, an unreadable folder, or no picture at all.</exception>
    /// <exception cref="Generation.SettingException">A setting is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Dataset Open(IReadOnlyList<DatasetSettings> settings, DatasetOptions? options = null, CancellationToken cancel = default)
    {
        var (dataset, problems) = Survey(settings, cancel);
        if (problems.Any(problem => !problem.CanBeSkipped) || problems.Count > 0 && options?.SkipUnreadable != true) throw new DatasetException(problems);
        return dataset.Pictures.Count > 0 ? dataset : throw new DatasetException(Words.Say("dataset.empty", settings[0].Subsets[0].Folder));
    }

    /// <summary>As <see cref="Open"/>, with whatever is in the way instead of an exception about it.</summary>
    internal static (Dataset Dataset, IReadOnlyList<DatasetProblem> Problems) Survey(IReadOnlyList<DatasetSettings> settings, CancellationToken cancel)
    {
        DatasetRanges.Require(settings);
        var problems = new List<DatasetProblem>();
        // The same folder at several resolutions is read once, and its bad files are told once.
        var read = new Dictionary<SubsetSettings, IReadOnlyList<FoundPicture>>();
        var dataset = Of(settings, subset =>
        {
            if (read.TryGetValue(subset, out var known)) return known;
            var (pictures, found) = SubsetFiles.Read(subset, cancel);
            problems.AddRange(found);
            return read[subset] = pictures;
        }, problems);
        return (dataset, problems);
    }

    /// <summary>The dataset of pictures that were found already.</summary>
    /// <param name="settings">In their ranges.</param>
    /// <param name="pictures">The pictures of a subset, in order.</param>
    /// <param name="problems">Gets the pictures that fit into no bucket.</param>
    public static Dataset Of(IReadOnlyList<DatasetSettings> settings, Func<SubsetSettings, IReadOnlyList<FoundPicture>> pictures, ICollection<DatasetProblem> problems)
    {
        var (training, validation) = (new List<TrainingPicture>(), new List<TrainingPicture>());
        for (int dataset = 0; dataset < settings.Count; dataset++)
        {
            var buckets = new Buckets(settings[dataset]);
            var (plain, regularisation) = (new List<TrainingPicture>(), new List<TrainingPicture>());
            for (int subset = 0; subset < settings[dataset].Subsets.Count; subset++)
            {
                var rules = settings[dataset].Subsets[subset];
                List<TrainingPicture> placed = [.. Placed(pictures(rules), buckets, dataset, subset, rules)];
                int held = rules.IsRegularisation ? 0 : Math.Min((int)Math.Round(placed.Count * settings[dataset].ValidationSplit), placed.Count - 1);
                // Whichever pictures come first by their key: the same ones on every run, and few changes when pictures are added.
                var measured = placed.OrderBy(picture => picture.Key).Take(held).ToHashSet();
                validation.AddRange(placed.Where(measured.Contains));
                (rules.IsRegularisation ? regularisation : plain).AddRange(placed.Where(picture => !measured.Contains(picture)));
            }
            training.AddRange(plain);
            training.AddRange(Regularisation.Balanced(regularisation, plain.Sum(picture => (long)picture.Repeats)));
        }
        return new(settings, training, validation, [.. problems]);

        IEnumerable<TrainingPicture> Placed(IReadOnlyList<FoundPicture> found, Buckets buckets, int dataset, int subset, SubsetSettings rules)
        {
            foreach (var picture in found)
            {
                PixelSize size = new(picture.Header.Width, picture.Header.Height);
                if (buckets.Place(size) is { } place && Math.Max(place.Resized.Width, place.Resized.Height) <= LongestSide)
                    yield return new(picture, dataset, subset, rules, place, rules.Repeats);
                else problems.Add(new("too-small", picture.Path, Words.Say("dataset.small", picture.Path, size, settings[dataset].BucketStep)));
            }
        }
    }
}
