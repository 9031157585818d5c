using System.Text.RegularExpressions;
using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

public static partial class TrainingOptions
{
    private static Func<TrainingSettings, string?> BucketTable => s => s.Dataset.NoUpscale ? "idle.noUpscale" : s.Dataset.FreeFit ? "idle.freeFit" : null;

    private static Func<TrainingSettings, string?> FolderOnly => Only("idle.datasetFile", s => s.Dataset.ConfigFile is null);

    private static IEnumerable<TrainingSetting> OfDataset() =>
    [
        Dataset.Of("config_file", d => d.ConfigFile, (d, v) => d with { ConfigFile = v }, Path),
        Dataset.Of("train_folder", d => d.TrainFolder, (d, v) => d with { TrainFolder = v }, Path, FolderOnly),
        Dataset.Of("regularisation_folder", d => d.RegularisationFolder, (d, v) => d with { RegularisationFolder = v }, Path, FolderOnly),
        Dataset.Of("mask_folder", d => d.MaskFolder, (d, v) => d with { MaskFolder = v }, Path, Only("idle.maskFolder", s => s.Loss.Masked)),
        Dataset.Of("trigger", d => d.Trigger, (d, v) => d with { Trigger = v }, Text),
        Dataset.Of("resolution", d => d.Resolution, (d, v) => d with { Resolution = v }, new SizeValues(64, 8192), unit: "px"),
        Dataset.Of("buckets", d => d.Buckets, (d, v) => d with { Buckets = v }, Flag),
        Dataset.Of("free_fit", d => d.FreeFit, (d, v) => d with { FreeFit = v }, Flag, Only("idle.buckets", s => s.Dataset.Buckets)),
        Dataset.Of("min_bucket", d => d.MinBucket, (d, v) => d with { MinBucket = v }, new IntegerValues(16, 16_384), BucketTable, "px"),
        Dataset.Of("max_bucket", d => d.MaxBucket, (d, v) => d with { MaxBucket = v }, new IntegerValues(16, 16_384), BucketTable, "px"),
        Dataset.Of("bucket_step", d => d.BucketStep, (d, v) => d with { BucketStep = v }, new IntegerValues(1, 1024), unit: "px"),
        Dataset.Of("no_upscale", d => d.NoUpscale, (d, v) => d with { NoUpscale = v }, Flag),
        Dataset.Of("repeats", d => d.Repeats, (d, v) => d with { Repeats = v }, new IntegerValues(1, 1_000_000)),
        Dataset.Of("caption_extension", d => d.CaptionExtension, (d, v) => d with { CaptionExtension = v }, new OptionalTextValues(32)),
        Dataset.Of("shuffle", d => d.Shuffle, (d, v) => d with { Shuffle = v }, Flag),
        Dataset.Of("keep_tokens", d => d.KeepTokens, (d, v) => d with { KeepTokens = v }, new IntegerValues(0, 10_000),
            Only("idle.keepTokens", s => s.Dataset.Shuffle || s.Dataset.TagDropout > 0 || s.Dataset.TokenWarmupStep > 0)),
        Dataset.Of("keep_tokens_separator", d => d.KeepTokensSeparator, (d, v) => d with { KeepTokensSeparator = v }, new OptionalTextValues(32)),
        Dataset.Of("secondary_separator", d => d.SecondarySeparator, (d, v) => d with { SecondarySeparator = v }, new OptionalTextValues(32)),
        Dataset.Of("caption_separator", d => d.CaptionSeparator, (d, v) => d with { CaptionSeparator = v }, new PatternValues(Separators(), "',', ';', …")),
        Dataset.Of("caption_prefix", d => d.CaptionPrefix, (d, v) => d with { CaptionPrefix = v }, Text),
        Dataset.Of("caption_suffix", d => d.CaptionSuffix, (d, v) => d with { CaptionSuffix = v }, Text),
        Dataset.Of("caption_dropout", d => d.CaptionDropout, (d, v) => d with { CaptionDropout = v }, Share),
        Dataset.Of("caption_dropout_every_epochs", d => d.CaptionDropoutEveryEpochs, (d, v) => d with { CaptionDropoutEveryEpochs = v }, new IntegerValues(0, ManySteps)),
        Dataset.Of("tag_dropout", d => d.TagDropout, (d, v) => d with { TagDropout = v }, Share),
        Dataset.Of("wildcard", d => d.Wildcard, (d, v) => d with { Wildcard = v }, Flag),
        Dataset.Of("flip", d => d.Flip, (d, v) => d with { Flip = v }, Flag),
        Dataset.Of("color_aug", d => d.ColorAug, (d, v) => d with { ColorAug = v }, Flag, _ => "idle.colorAug"),
        Dataset.Of("random_crop", d => d.RandomCrop, (d, v) => d with { RandomCrop = v }, Flag),
        Dataset.Of("token_warmup_min", d => d.TokenWarmupMin, (d, v) => d with { TokenWarmupMin = v }, new IntegerValues(0, 10_000), Only("idle.tokenWarmup", s => s.Dataset.TokenWarmupStep > 0)),
        Dataset.Of("token_warmup_step", d => d.TokenWarmupStep, (d, v) => d with { TokenWarmupStep = v }, new NumberValues(0, ManySteps), unit: "steps"),
        Dataset.Of("resize_interpolation", d => d.ResizeInterpolation, (d, v) => d with { ResizeInterpolation = v },
            new OptionalWordValues("lanczos", "nearest", "bilinear", "linear", "bicubic", "cubic", "area")),
        Dataset.Of("validation_split", d => d.ValidationSplit, (d, v) => d with { ValidationSplit = v }, Share),
        Dataset.Of("background", d => d.Background, (d, v) => d with { Background = v }, new PatternValues(Colours(), "#ffffff, #000000, …")),
        Dataset.Of("skip_bad_pictures", d => d.SkipBadPictures, (d, v) => d with { SkipBadPictures = v }, Flag),
    ];

    [GeneratedRegex("^#[0-9a-f]{6}$")]
    private static partial Regex Colours();

    [GeneratedRegex(@"^.{1,8}$", RegexOptions.Singleline)]
    private static partial Regex Separators();
}
