using System.Text.Json;
using Animarium.Studio.Datasets;
using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Parity.Datasets;

/// <summary>The lines of the area's JSONL files, each a case.</summary>
internal static class Cases
{
    /// <summary>One row (index, name) a line.</summary>
    public static TheoryData<int, string> Of(string file, Func<JsonElement, string> name)
    {
        var rows = new TheoryData<int, string>();
        if (File.Exists(Reference.At("datasets", file)))
            foreach (var (index, line) in File.ReadLines(Reference.At("datasets", file)).Index()) rows.Add(index, name(Parsed(line)));
        return rows;
    }

    /// <summary>A line.</summary>
    public static JsonElement At(string file, int index) => Parsed(File.ReadLines(Reference.At("datasets", file)).ElementAt(index));

    /// <summary>The settings that buckets depend on. Without buckets their limits are null in the file.</summary>
    public static DatasetSettings Settings(JsonElement line) => new()
    {
        Resolution = (line.GetProperty("resolution")[0].GetInt32(), line.GetProperty("resolution")[1].GetInt32()),
        Buckets = !line.TryGetProperty("enable_bucket", out var enabled) || enabled.GetBoolean(),
        MinBucket = Number(line, "min_bucket_reso", 256),
        MaxBucket = Number(line, "max_bucket_reso", 1024),
        BucketStep = Number(line, "bucket_reso_steps", 64),
        NoUpscale = line.TryGetProperty("no_upscale", out var small) && small.GetBoolean(),
        Subsets = [],
    };

    /// <summary>A picture that is nothing but a size.</summary>
    public static FoundPicture Picture(string name, int width, int height) => new() { Path = name, Name = name, Header = new PictureHeader(width, height, false) };

    public static int Number(JsonElement line, string name, int otherwise) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : otherwise;

    private static JsonElement Parsed(string line) => JsonDocument.Parse(line).RootElement;
}
