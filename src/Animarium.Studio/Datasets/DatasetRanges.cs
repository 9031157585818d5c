using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Datasets;

/// <summary>The values that the settings of a dataset may have.</summary>
internal static class DatasetRanges
{
    private const int Token = 16; // pixels a side: VAE 8 × patch 2
    private const int LargestSide = 16_384;
    private const int MostRepeats = 100_000;

    /// <exception cref="SettingException">A setting is out of its range; it is named as dataset files write it.</exception>
    public static void Require(IReadOnlyList<DatasetSettings> datasets)
    {
        Require(datasets.Count > 0, "datasets", Words.Say("dataset.one"), 0);
        foreach (var dataset in datasets)
        {
            string sides = Words.Say("dataset.sides", Token, LargestSide);
            foreach (int side in (ReadOnlySpan<int>)[dataset.Resolution.Width, dataset.Resolution.Height])
                Require(side is >= Token and <= LargestSide && (dataset.Buckets || side % Token == 0), "resolution", sides, side);
            Require(dataset.BatchSize >= 1, "batch_size", Words.Say("dataset.one"), dataset.BatchSize);
            if (dataset.Buckets)
            {
                Require(dataset.BucketStep is >= Token and <= LargestSide && dataset.BucketStep % Token == 0, "bucket_reso_steps", sides, dataset.BucketStep);
                if (!dataset.NoUpscale && !dataset.FreeFit)
                {
                    int longest = Math.Max(dataset.Resolution.Width, dataset.Resolution.Height), shortest = Math.Min(dataset.Resolution.Width, dataset.Resolution.Height);
                    Require(dataset.MaxBucket >= longest && dataset.MaxBucket <= LargestSide, "max_bucket_reso", Words.Say("values.integer", longest, LargestSide), dataset.MaxBucket);
                    Require(dataset.MinBucket >= 1 && dataset.MinBucket <= shortest, "min_bucket_reso", Words.Say("values.integer", 1, shortest), dataset.MinBucket);
                    Require(dataset.BucketStep <= shortest, "bucket_reso_steps", Words.Say("values.integer", Token, shortest), dataset.BucketStep);
                }
            }
            Require(dataset.ValidationSplit is >= 0 and < 1, "validation_split", Words.Say("values.number", 0, 1), dataset.ValidationSplit);
            Require(dataset.Subsets.Count > 0, "subsets", Words.Say("dataset.one"), 0);
            foreach (var subset in dataset.Subsets) Require(subset);
        }
    }

    private static void Require(SubsetSettings subset)
    {
        var caption = subset.Caption;
        Require(subset.Repeats is >= 1 and <= MostRepeats, "num_repeats", Words.Say("values.integer", 1, MostRepeats), subset.Repeats);
        Require(caption.Dropout is >= 0 and <= 1, "caption_dropout_rate", Words.Say("values.number", 0, 1), caption.Dropout);
        Require(caption.TagDropout is >= 0 and <= 1, "caption_tag_dropout_rate", Words.Say("values.number", 0, 1), caption.TagDropout);
        Require(caption.Separator.Length > 0, "caption_separator", Words.Say("dataset.text"), caption.Separator);
        Require(subset.ResizeInterpolation is null || Resampling.OfName(subset.ResizeInterpolation) is not null, "resize_interpolation",
            Words.Say("values.choice", "area, lanczos, box, bilinear, bicubic, nearest"), subset.ResizeInterpolation ?? "");
        Require(double.IsFinite(subset.LossWeight), "loss_weight", Words.Say("values.number", 0, 1), subset.LossWeight);
    }

    private static void Require(bool holds, string field, string range, object value)
    {
        if (!holds) throw new SettingException(field, Words.Say("setting.range", field, range, value));
    }
}
