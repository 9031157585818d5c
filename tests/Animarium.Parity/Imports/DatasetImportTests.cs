using System.Text.Json.Nodes;
using Animarium.Studio.Datasets;
using Animarium.Studio.Training.Imports;
using Xunit;

namespace Animarium.Parity.Imports;

/// <summary>kohya's dataset TOML, read and refused as sd-scripts' blueprint does.</summary>
public sealed class DatasetImportTests
{
    public static TheoryData<string> Files => ImportCases.Of("dataset-toml");

    [Theory, MemberData(nameof(Files))]
    public void Reads_or_refuses_the_same(string file)
    {
        var expected = ImportCases.Expected(file);
        var report = SettingsImport.Read(ImportCases.Text(file), file, ImportCases.Texts(expected["command_line"]));
        Assert.Equal(SettingsKind.KohyaDataset, report.Kind);
        Assert.Equal(expected["code"]?.ToString(), report.Code);
        if (!report.Ok)
        {
            Assert.Equal(ImportCases.Texts(expected["keys"]).Order(StringComparer.Ordinal), report.Unknown.Order(StringComparer.Ordinal));
            Assert.Contains(file, report.Message, StringComparison.Ordinal);
            return;
        }
        ImportCases.AssertHolds(WithoutWhatIsReported(expected["datasets"]!, report), new JsonArray([.. report.Datasets!.Select(Json)]), "datasets");
    }

    /// <summary>What a dataset does not do here is named in the report instead.</summary>
    static JsonNode WithoutWhatIsReported(JsonNode datasets, ImportReport report)
    {
        datasets = datasets.DeepClone();
        foreach (var subset in datasets.AsArray().SelectMany(dataset => dataset!["subsets"]!.AsArray()))
        {
            if (subset!["custom_attributes"] is not null) Assert.Contains("custom_attributes", report.NotImported);
            if (subset["color_aug"]?.GetValue<bool>() == true) Assert.Contains("color_aug", report.NotImported);
            subset.AsObject().Remove("custom_attributes");
            subset.AsObject().Remove("color_aug");
        }
        return datasets;
    }

    static JsonObject Json(DatasetSettings d) => new()
    {
        ["kind"] = d.Subsets.All(subset => subset.MetadataFile is not null) ? "metadata" : "folders",
        ["resolution"] = new JsonArray(d.Resolution.Width, d.Resolution.Height),
        ["batch_size"] = d.BatchSize,
        ["buckets"] = d.Buckets,
        ["min_bucket"] = d.MinBucket,
        ["max_bucket"] = d.MaxBucket,
        ["bucket_step"] = d.BucketStep,
        ["no_upscale"] = d.NoUpscale,
        ["validation_split"] = d.ValidationSplit,
        ["subsets"] = new JsonArray([.. d.Subsets.Select(Json)]),
    };

    static JsonObject Json(SubsetSettings s) => new()
    {
        ["folder"] = s.Folder,
        ["metadata_file"] = s.MetadataFile,
        ["repeats"] = s.Repeats,
        ["is_regularisation"] = s.IsRegularisation,
        ["class_tokens"] = s.ClassTokens,
        ["caption_extension"] = s.CaptionExtension,
        ["shuffle"] = s.Caption.Shuffle,
        ["keep_tokens"] = s.Caption.KeepTokens,
        ["keep_tokens_separator"] = s.Caption.KeepTokensSeparator,
        ["secondary_separator"] = s.Caption.SecondarySeparator,
        ["caption_separator"] = s.Caption.Separator,
        ["caption_prefix"] = s.Caption.Prefix,
        ["caption_suffix"] = s.Caption.Suffix,
        ["caption_dropout"] = s.Caption.Dropout,
        ["caption_dropout_every_epochs"] = s.Caption.DropoutEveryEpochs,
        ["tag_dropout"] = s.Caption.TagDropout,
        ["wildcard"] = s.Caption.Wildcard,
        ["flip"] = s.Flip,
        ["random_crop"] = s.RandomCrop,
        ["alpha_mask"] = s.AlphaMask,
        ["token_warmup_min"] = s.Caption.TokenWarmupMin,
        ["token_warmup_step"] = s.Caption.TokenWarmupStep,
        ["resize_interpolation"] = s.ResizeInterpolation,
    };
}
