using System.Text.Json.Nodes;
using Animarium.Studio.Datasets;

namespace Animarium.Studio.Training.Output;

/// <summary>The entries about the pictures. Of several datasets the plain entries tell the first, <c>ss_datasets</c> all.</summary>
internal static class DatasetMetadata
{
    public static IEnumerable<(string Key, object? Value)> Of(IReadOnlyList<DatasetFacts> datasets, int accumulation, Disclosure shown)
    {
        var first = datasets[0].Settings;
        var subset = first.Subsets[0];
        var caption = subset.Caption;
        var all = datasets.SelectMany(dataset => dataset.Settings.Subsets.Zip(dataset.Pictures)).ToList();
        return
        [
            ("ss_num_train_images", datasets.Sum(dataset => Seen(dataset, regularisation: false))),
            ("ss_num_reg_images", datasets.Sum(dataset => Seen(dataset, regularisation: true))),
            ("ss_num_validation_images", datasets.Sum(dataset => dataset.ValidationPictures)),
            ("ss_batch_size_per_device", first.BatchSize), ("ss_total_batch_size", first.BatchSize * accumulation), ("ss_resolution", first.Resolution),
            ("ss_enable_bucket", first.Buckets), ("ss_bucket_no_upscale", first.NoUpscale), ("ss_min_bucket_reso", first.MinBucket), ("ss_max_bucket_reso", first.MaxBucket),
            ("ss_validation_split", first.ValidationSplit), ("ss_cache_latents", true), ("ss_resize_interpolation", subset.ResizeInterpolation),
            ("ss_flip_aug", subset.Flip), ("ss_random_crop", subset.RandomCrop), ("ss_color_aug", false),
            ("ss_shuffle_caption", caption.Shuffle), ("ss_keep_tokens", caption.KeepTokens), ("ss_caption_dropout_rate", caption.Dropout),
            ("ss_caption_dropout_every_n_epochs", caption.DropoutEveryEpochs), ("ss_caption_tag_dropout_rate", caption.TagDropout),
            ("ss_dataset_dirs", Folders(all.Where(s => !s.First.IsRegularisation))), ("ss_reg_dataset_dirs", Folders(all.Where(s => s.First.IsRegularisation))),
            ("ss_tag_frequency", Tags(datasets.SelectMany(dataset => dataset.TagFrequency))), ("ss_bucket_info", Buckets(datasets[0])),
            ("ss_datasets", new JsonArray([.. datasets.Select(dataset => Dataset(dataset, shown))])),
        ];
    }

    private static int Seen(DatasetFacts dataset, bool regularisation) =>
        dataset.Settings.Subsets.Zip(dataset.Pictures).Where(s => s.First.IsRegularisation == regularisation).Sum(s => s.First.Repeats * s.Second);

    // By the folder's own name; folders of the same name are one, as their pictures are to whoever reads it.
    private static JsonObject Folders(IEnumerable<(SubsetSettings Settings, int Pictures)> subsets) =>
        new(subsets.GroupBy(s => Disclosure.NameOf(s.Settings.Folder)).Select(folder => KeyValuePair.Create(folder.Key,
            (JsonNode?)new JsonObject { ["n_repeats"] = folder.Max(s => s.Settings.Repeats), ["img_count"] = folder.Sum(s => s.Pictures) })));

    private static JsonObject Tags(IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, int>>> frequencies) =>
        new(frequencies.GroupBy(f => Disclosure.NameOf(f.Key)).Select(folder => KeyValuePair.Create(folder.Key, (JsonNode?)new JsonObject(
            folder.SelectMany(f => f.Value).GroupBy(tag => tag.Key).Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)JsonValue.Create(tag.Sum(t => t.Value))))))));

    private static JsonObject Buckets(DatasetFacts dataset) => new()
    {
        ["buckets"] = new JsonObject(dataset.Buckets.Select((bucket, n) => KeyValuePair.Create($"{n}",
            (JsonNode?)new JsonObject { ["resolution"] = new JsonArray(bucket.Width, bucket.Height), ["count"] = bucket.Count }))),
        ["mean_img_ar_error"] = dataset.MeanRatioError,
    };

    private static JsonObject Dataset(DatasetFacts facts, Disclosure shown)
    {
        var settings = facts.Settings;
        return new JsonObject
        {
            ["is_dreambooth"] = settings.Subsets.All(s => s.MetadataFile is null),
            ["batch_size_per_device"] = settings.BatchSize,
            ["num_train_images"] = Seen(facts, regularisation: false),
            ["num_reg_images"] = Seen(facts, regularisation: true),
            ["resolution"] = new JsonArray(settings.Resolution.Width, settings.Resolution.Height),
            ["enable_bucket"] = settings.Buckets,
            ["bucket_no_upscale"] = settings.NoUpscale,
            ["min_bucket_reso"] = settings.MinBucket,
            ["max_bucket_reso"] = settings.MaxBucket,
            ["tag_frequency"] = Tags(facts.TagFrequency),
            ["bucket_info"] = Buckets(facts),
            ["subsets"] = new JsonArray([.. settings.Subsets.Zip(facts.Pictures).Select(s => Subset(s.First, s.Second, shown))]),
        };
    }

    private static JsonObject Subset(SubsetSettings subset, int pictures, Disclosure shown)
    {
        var caption = subset.Caption;
        return new JsonObject
        {
            ["img_count"] = pictures,
            ["num_repeats"] = subset.Repeats,
            ["image_dir"] = shown.Path(subset.Folder),
            ["metadata_file"] = subset.MetadataFile is { } file ? shown.Path(file) : null,
            ["class_tokens"] = subset.ClassTokens,
            ["is_reg"] = subset.IsRegularisation,
            ["color_aug"] = false,
            ["flip_aug"] = subset.Flip,
            ["random_crop"] = subset.RandomCrop,
            ["alpha_mask"] = subset.AlphaMask,
            ["resize_interpolation"] = subset.ResizeInterpolation,
            ["shuffle_caption"] = caption.Shuffle,
            ["keep_tokens"] = caption.KeepTokens,
            ["keep_tokens_separator"] = caption.KeepTokensSeparator,
            ["secondary_separator"] = caption.SecondarySeparator,
            ["enable_wildcard"] = caption.Wildcard,
            ["caption_prefix"] = caption.Prefix,
            ["caption_suffix"] = caption.Suffix,
        };
    }
}
