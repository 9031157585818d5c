using System.Globalization;
using Animarium.Studio.Datasets;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Run;

/// <summary>From the settings of a run to those of its dataset.</summary>
internal static class DatasetTerms
{
    /// <summary>The dataset of the folders that the settings name.</summary>
    /// <param name="settings">With a folder and a resolution.</param>
    /// <param name="ignored">Gets what of the folder is not trained on.</param>
    /// <exception cref="DatasetException">A folder is not there or has no pictures.</exception>
    public static DatasetSettings OfFolders(TrainingSettings settings, ICollection<string> ignored)
    {
        var dataset = settings.Dataset;
        var subsets = new List<SubsetSettings>();
        Read(dataset.TrainFolder!, regularisation: false);
        if (dataset.RegularisationFolder is { } folder) Read(folder, regularisation: true);
        return new()
        {
            Resolution = dataset.Resolution!.Value,
            BatchSize = settings.Steps.BatchSize,
            Buckets = dataset.Buckets,
            FreeFit = dataset.FreeFit,
            MinBucket = Math.Min(dataset.MinBucket, Math.Min(dataset.Resolution.Value.Width, dataset.Resolution.Value.Height)),
            MaxBucket = Math.Max(dataset.MaxBucket, Math.Max(dataset.Resolution.Value.Width, dataset.Resolution.Value.Height)),
            BucketStep = dataset.BucketStep,
            NoUpscale = dataset.NoUpscale,
            ValidationSplit = dataset.ValidationSplit,
            Subsets = subsets,
        };

        void Read(string folder, bool regularisation)
        {
            var (found, left) = TrainingFolder.Read(folder, regularisation ? null : dataset.Trigger, regularisation);
            foreach (var path in left) ignored.Add(path);
            subsets.AddRange(found.Select(subset => Told(subset, settings)));
        }
    }

    /// <summary>A subset with what the settings say about all of them.</summary>
    private static SubsetSettings Told(SubsetSettings subset, TrainingSettings settings)
    {
        var dataset = settings.Dataset;
        return subset with
        {
            // Folders called N_name say it themselves.
            Repeats = subset.Repeats > 1 ? subset.Repeats : dataset.Repeats,
            CaptionExtension = dataset.CaptionExtension,
            Trigger = subset.IsRegularisation ? null : dataset.Trigger,
            Flip = dataset.Flip,
            RandomCrop = dataset.RandomCrop,
            AlphaMask = settings.Loss.AlphaMask,
            MaskFolder = subset.IsRegularisation ? null : dataset.MaskFolder,
            Background = int.Parse(dataset.Background.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            ResizeInterpolation = dataset.ResizeInterpolation,
            Caption = new()
            {
                Shuffle = dataset.Shuffle,
                KeepTokens = dataset.KeepTokens,
                KeepTokensSeparator = dataset.KeepTokensSeparator,
                SecondarySeparator = dataset.SecondarySeparator,
                Separator = dataset.CaptionSeparator,
                Prefix = dataset.CaptionPrefix,
                Suffix = dataset.CaptionSuffix,
                Dropout = dataset.CaptionDropout,
                DropoutEveryEpochs = dataset.CaptionDropoutEveryEpochs,
                TagDropout = dataset.TagDropout,
                Wildcard = dataset.Wildcard,
                TokenWarmupMin = dataset.TokenWarmupMin,
                TokenWarmupStep = dataset.TokenWarmupStep,
            },
        };
    }
}
