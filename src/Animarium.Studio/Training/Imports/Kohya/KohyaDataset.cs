using System.Globalization;
using System.Text.Json.Nodes;
using Animarium.Diffusion;
using Animarium.Studio.Datasets;
using Animarium.Studio.Training.Files;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>sd-scripts' dataset TOML, which is checked strictly: an unknown key or a value of another type refuses it.</summary>
internal static class KohyaDataset
{
    /// <summary>Reads a dataset file.</summary>
    /// <param name="document">The TOML.</param>
    /// <param name="file">Its name for messages.</param>
    /// <param name="beside">Options given beside it, which hold where the file says nothing; null: none.</param>
    public static ImportReport Read(SettingsDocument document, string file, KohyaArguments? beside = null)
    {
        if (beside is not null) KohyaReader.Read(beside, SettingsKind.KohyaDataset, file); // refuses options out of range
        var problems = new DatasetProblems(document, file);
        problems.Check(document.Root, "", DatasetKeys.OfFile);
        var general = document.Root["general"] as JsonObject ?? [];
        problems.Check(general, "general", DatasetKeys.OfGeneral);
        var datasets = Tables(document.Root, "datasets");
        if (datasets.Count == 0) problems.Missing("datasets");
        for (int d = 0; d < datasets.Count; d++) CheckDataset(datasets[d], $"datasets[{d}]", problems);
        if (problems.Report() is { } refusal) return refusal;

        var read = datasets.Select(dataset => Dataset(new Inherited([dataset, general, Fallback(beside)]), dataset, general, beside)).ToList();
        var without = read.FindIndex(dataset => dataset is null);
        if (without >= 0) problems.Missing($"datasets[{without}].resolution");
        return problems.Report() ?? new ImportReport { Kind = SettingsKind.KohyaDataset, Datasets = [.. read.OfType<DatasetSettings>()], NotImported = [.. problems.Left.Distinct().Order(StringComparer.Ordinal)] };
    }

    /// <summary>Whether a TOML is one.</summary>
    public static bool Recognises(JsonObject root) => root["datasets"] is JsonArray && root.All(pair => pair.Key is "datasets" or "general");

    private static void CheckDataset(JsonObject dataset, string path, DatasetProblems problems)
    {
        var subsets = Tables(dataset, "subsets");
        int withMetadata = subsets.Count(subset => subset.ContainsKey("metadata_file"));
        bool metadata = subsets.Count > 0 && withMetadata == subsets.Count;
        if (withMetadata > 0 && !metadata) problems.Mixed($"{path}.subsets");
        problems.Check(dataset, path, DatasetKeys.OfDataset(metadata));
        if (subsets.Count == 0) problems.Missing($"{path}.subsets");
        for (int s = 0; s < subsets.Count; s++)
        {
            problems.Check(subsets[s], $"{path}.subsets[{s}]", DatasetKeys.OfSubset(metadata));
            if (!metadata && !subsets[s].ContainsKey("image_dir")) problems.Missing($"{path}.subsets[{s}].image_dir");
        }
    }

    private static DatasetSettings? Dataset(Inherited values, JsonObject dataset, JsonObject general, KohyaArguments? beside)
    {
        var size = values.Find("resolution");
        if (size is null) return null;
        var defaults = KohyaReader.Defaults.Dataset;
        return new DatasetSettings
        {
            Resolution = Size(size),
            BatchSize = values.Integer("batch_size", 1),
            Buckets = values.Flag("enable_bucket"),
            MinBucket = values.Integer("min_bucket_reso", defaults.MinBucket),
            MaxBucket = values.Integer("max_bucket_reso", defaults.MaxBucket),
            BucketStep = values.Integer("bucket_reso_steps", defaults.BucketStep),
            NoUpscale = values.Flag("bucket_no_upscale"),
            ValidationSplit = values.Number("validation_split", 0),
            Subsets = [.. Tables(dataset, "subsets").Select(subset => Subset(new Inherited([subset, dataset, general, Fallback(beside)])))],
        };
    }

    private static SubsetSettings Subset(Inherited values)
    {
        string? metadata = values.Text("metadata_file");
        return new SubsetSettings
        {
            Folder = values.Text("image_dir") ?? Path.GetDirectoryName(metadata) ?? "",
            MetadataFile = metadata,
            Repeats = values.Integer("num_repeats", 1),
            IsRegularisation = values.Flag("is_reg"),
            ClassTokens = values.Text("class_tokens"),
            CaptionExtension = metadata is null ? values.Text("caption_extension") ?? KohyaReader.Defaults.Dataset.CaptionExtension : null,
            Flip = values.Flag("flip_aug"),
            RandomCrop = values.Flag("random_crop"),
            AlphaMask = values.Flag("alpha_mask"),
            MaskFolder = values.Text("conditioning_data_dir"), // what sd-scripts' masked loss reads
            ResizeInterpolation = values.Text("resize_interpolation"),
            LossWeight = values.Number("loss_weight", 1),
            Caption = new CaptionSettings
            {
                Shuffle = values.Flag("shuffle_caption"),
                KeepTokens = values.Integer("keep_tokens", 0),
                KeepTokensSeparator = values.Text("keep_tokens_separator"),
                SecondarySeparator = values.Text("secondary_separator"),
                Separator = values.Text("caption_separator") ?? ",",
                Prefix = values.Text("caption_prefix"),
                Suffix = values.Text("caption_suffix"),
                Dropout = values.Number("caption_dropout_rate", 0),
                DropoutEveryEpochs = values.Integer("caption_dropout_every_n_epochs", 0),
                TagDropout = values.Number("caption_tag_dropout_rate", 0),
                Wildcard = values.Flag("enable_wildcard"),
                TokenWarmupMin = values.Integer("token_warmup_min", 1),
                TokenWarmupStep = values.Number("token_warmup_step", 0),
            },
        };
    }

    /// <summary>A number, two numbers, or as an option <c>"1024,768"</c>; which sizes are possible, the dataset itself says.</summary>
    private static (int Width, int Height) Size(JsonNode size)
    {
        int[] sides = [.. (size is JsonArray list ? list.Select(side => side!.ToString()) : size.ToString().Split(',', 'x', '×')).Select(side => int.Parse(side, CultureInfo.InvariantCulture))];
        return (sides[0], sides[^1]);
    }

    /// <summary>Options by the names of the dataset TOML.</summary>
    private static JsonObject Fallback(KohyaArguments? beside)
    {
        var fallback = new JsonObject();
        foreach (string name in beside?.Names ?? [])
            fallback[name switch { "train_batch_size" => "batch_size", "dataset_repeats" => "num_repeats", "caption_extention" => "caption_extension", _ => name }] = beside![name]?.DeepClone();
        return fallback;
    }

    private static List<JsonObject> Tables(JsonObject parent, string key) => [.. (parent[key] as JsonArray ?? []).OfType<JsonObject>()];

    /// <summary>Values of the innermost table that has them.</summary>
    private sealed class Inherited(IReadOnlyList<JsonObject> tables)
    {
        public JsonNode? Find(string key) => tables.Select(table => table[key]).FirstOrDefault(value => value is not null);

        public bool Flag(string key) => Find(key) is JsonValue value && value.TryGetValue(out bool flag) && flag;

        public string? Text(string key) => Find(key)?.ToString() is { Length: > 0 } text ? text : null;

        public int Integer(string key, int otherwise) => (int)Number(key, otherwise);

        public double Number(string key, double otherwise) => Find(key) is JsonValue value ? value.TryGetValue(out long whole) ? whole : value.TryGetValue(out double number) ? number : otherwise : otherwise;
    }
}

/// <summary>Collects what is wrong with a dataset file, so that one message names it all.</summary>
internal sealed class DatasetProblems(SettingsDocument document, string file)
{
    private static readonly string[] Codes = ["mixed_subsets", "unknown_key", "wrong_type", "missing_key"];

    private readonly List<(string Code, string Path, string Message)> found = [];

    /// <summary>Keys that have no counterpart here.</summary>
    public List<string> Left { get; } = [];

    /// <summary>Checks keys and types of a table.</summary>
    public void Check(JsonObject table, string path, IReadOnlyDictionary<string, string> keys)
    {
        foreach (var (key, value) in table)
        {
            string own = path.Length > 0 ? $"{path}.{key}" : key;
            if (!keys.TryGetValue(key, out string? type)) Add("unknown_key", own, "import.dataset.unknownKey", key, Spelling.Nearest(key, keys.Keys).Split(',')[0]);
            else if (!DatasetKeys.Fits(value, type)) Add("wrong_type", own, "import.dataset.wrongType", key, TrainingWords.Find($"type.{type}", null));
            else if (key is "custom_attributes" or "face_crop_aug_range" or "network_multiplier" or "validation_seed" || key is "color_aug" && value!.GetValue<bool>()) Left.Add(key);
        }
    }

    /// <summary>A dataset has two kinds of subsets.</summary>
    public void Mixed(string path) => Add("mixed_subsets", path, "import.dataset.mixed", path);

    /// <summary>A key that must be there is not.</summary>
    public void Missing(string path) => Add("missing_key", path, "import.dataset.missing", path);

    /// <summary>The refusal; null where nothing is wrong. A file that is mixed is not looked at further, as its keys depend on the kind.</summary>
    public ImportReport? Report()
    {
        string? code = Codes.FirstOrDefault(code => found.Any(problem => problem.Code == code));
        if (code is null) return null;
        var same = found.Where(problem => problem.Code == code).ToList();
        return new ImportReport { Kind = SettingsKind.KohyaDataset, Code = code, Unknown = [.. same.Select(problem => problem.Path)], Message = string.Join(' ', same.Select(problem => problem.Message)) };
    }

    private void Add(string code, string path, string sentence, params ReadOnlySpan<object?> values) =>
        found.Add((code, path, TrainingWords.Say(sentence, [document.Place(file, path), .. values])));
}
