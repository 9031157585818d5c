using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>The keys of sd-scripts' dataset TOML and their types; values are inherited downwards: general, dataset, subset.</summary>
internal static class DatasetKeys
{
    private static readonly (string Key, string Type)[] Subsets =
    [
        ("color_aug", "bool"), ("face_crop_aug_range", "range"), ("flip_aug", "bool"), ("num_repeats", "integer"), ("random_crop", "bool"), ("shuffle_caption", "bool"), ("keep_tokens", "integer"),
        ("keep_tokens_separator", "text"), ("secondary_separator", "text"), ("caption_separator", "text"), ("enable_wildcard", "bool"), ("token_warmup_min", "integer"), ("token_warmup_step", "number"),
        ("caption_prefix", "text"), ("caption_suffix", "text"), ("custom_attributes", "table"), ("resize_interpolation", "text"), ("caption_dropout_every_n_epochs", "integer"),
        ("caption_dropout_rate", "number"), ("caption_tag_dropout_rate", "number"), ("loss_weight", "number"),
    ];

    private static readonly (string Key, string Type)[] Folders = [("caption_extension", "text"), ("class_tokens", "text"), ("cache_info", "bool")];

    private static readonly (string Key, string Type)[] Datasets =
    [
        ("batch_size", "integer"), ("bucket_no_upscale", "bool"), ("bucket_reso_steps", "integer"), ("enable_bucket", "bool"), ("max_bucket_reso", "integer"), ("min_bucket_reso", "integer"),
        ("validation_seed", "integer"), ("validation_split", "number"), ("resolution", "size"), ("network_multiplier", "number"), ("resize_interpolation", "text"),
    ];

    private static readonly (string Key, string Type)[] Root = [("general", "table"), ("datasets", "tables")];

    /// <summary>Of the whole file.</summary>
    public static FrozenDictionary<string, string> OfFile { get; } = Table(Root);

    /// <summary>Of <c>[general]</c>.</summary>
    public static FrozenDictionary<string, string> OfGeneral { get; } = Table([.. Datasets, .. Subsets, .. Folders]);

    /// <summary>Of <c>[[datasets]]</c>.</summary>
    public static FrozenDictionary<string, string> OfDataset(bool metadata) => Table([.. Datasets, .. Subsets, .. metadata ? [] : Folders, ("subsets", "tables")]);

    /// <summary>Of <c>[[datasets.subsets]]</c>.</summary>
    public static FrozenDictionary<string, string> OfSubset(bool metadata) => metadata
        ? Table([.. Subsets, ("metadata_file", "text"), ("image_dir", "text"), ("alpha_mask", "bool")])
        : Table([.. Subsets, .. Folders, ("image_dir", "text"), ("is_reg", "bool"), ("alpha_mask", "bool"), ("conditioning_data_dir", "text")]);

    /// <summary>Whether a value has a type; nothing is converted: the file is strict.</summary>
    public static bool Fits(JsonNode? value, string type) => type switch
    {
        "bool" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => IsWhole(value),
        "number" => value?.GetValueKind() is JsonValueKind.Number,
        "text" => value?.GetValueKind() is JsonValueKind.String,
        "table" => value is JsonObject,
        "tables" => value is JsonArray list && list.All(item => item is JsonObject),
        "size" => IsWhole(value) || value is JsonArray { Count: 2 } sides && sides.All(IsWhole),
        _ => value is JsonArray { Count: 2 } pair && pair.All(item => item?.GetValueKind() is JsonValueKind.Number),
    };

    private static bool IsWhole(JsonNode? value) => value is JsonValue single && single.TryGetValue(out long whole) && whole is >= 0 and <= int.MaxValue;

    private static FrozenDictionary<string, string> Table(IEnumerable<(string Key, string Type)> rows) =>
        rows.DistinctBy(row => row.Key).ToFrozenDictionary(row => row.Key, row => row.Type, StringComparer.Ordinal);
}
