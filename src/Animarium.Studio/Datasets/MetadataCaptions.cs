using System.Text.Json;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Datasets;

/// <summary>sd-scripts' fine-tuning metadata: one JSON object of entries under the pictures' names, or one object a line with <c>image_path</c>.</summary>
public static class MetadataCaptions
{
    private const long LongestFile = 1L << 30; // bytes

    /// <summary>Names a metadata file has where no setting names one, in the order of preference.</summary>
    public static IReadOnlyList<string> UsualNames { get; } = ["metadata.json", "metadata.jsonl", "meta_lat.json", "meta_cap.json", "meta_cap_dd.json"];

    /// <summary>The caption under each picture's name (a path in the folder or an absolute one, as it is written there), in the order of the file.</summary>
    /// <param name="path">A <c>.json</c> or <c>.jsonl</c> file.</param>
    /// <param name="settings">Its separator and wildcards matter.</param>
    /// <exception cref="DatasetException">The file cannot be read or is no such metadata.</exception>
    public static IReadOnlyList<(string Name, string Caption)> Read(string path, CaptionSettings settings)
    {
        try
        {
            if (new FileInfo(path).Length > LongestFile) throw new DatasetException(Words.Say("dataset.metadata", path, Words.Say("dataset.long")));
            if (CaptionFile.Decode(File.ReadAllBytes(path)) is not { } file) throw new DatasetException(Words.Say("dataset.encoding", path));
            if (!path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
            {
                using var document = JsonDocument.Parse(file.Text);
                return [.. document.RootElement.EnumerateObject().Select(entry => (entry.Name, Caption(entry.Value, settings)))];
            }
            var entries = new List<(string, string)>();
            foreach (string line in file.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                using var entry = JsonDocument.Parse(line);
                string name = Text(entry.RootElement, "image_path") ?? Text(entry.RootElement, "file_name") ?? throw new FormatException("image_path");
                entries.Add((name, Caption(entry.RootElement, settings)));
            }
            return entries;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException)
        {
            throw new DatasetException(Words.Say("dataset.metadata", path, e.Message), e);
        }
    }

    /// <summary>
    /// Caption, separator and tags without a blank between them. With wildcards the tags belong to every line. An entry with tags alone keeps them
    /// (sd-scripts loses them there when wildcards are on).
    /// </summary>
    private static string Caption(JsonElement entry, CaptionSettings settings)
    {
        string? caption = Text(entry, "caption"), tags = Text(entry, "tags");
        if (caption is null) return tags ?? "";
        if (string.IsNullOrEmpty(tags)) return caption;
        if (!settings.Wildcard) return caption + settings.Separator + tags;
        tags = tags.Replace("\n", settings.Separator, StringComparison.Ordinal);
        return string.Join('\n', caption.Split('\n').Where(line => line.Trim().Length > 0).Select(line => line + settings.Separator + tags));
    }

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
