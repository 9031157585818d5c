using System.Text.Json;
using Animarium.Studio.Datasets;
using Xunit;

namespace Animarium.Parity.Datasets;

/// <summary>folders/: which folders count, and the captions, sizes and buckets of their pictures.</summary>
public sealed class FolderTests
{
    public static TheoryData<string> Extensions
    {
        get
        {
            var rows = new TheoryData<string>();
            if (Expected is { } expected)
                foreach (var extension in expected.GetProperty("by_caption_extension").EnumerateObject()) rows.Add(extension.Name);
            return rows;
        }
    }

    public static TheoryData<string> Metadata => Parsed("metadata-expected.json") is { } expected ? [.. expected.EnumerateObject().Select(reading => reading.Name)] : [];

    [Theory, MemberData(nameof(Extensions))]
    public void Folders_are_read_as_the_reference_reads_them(string extension)
    {
        var expected = Expected!.Value.GetProperty("by_caption_extension").GetProperty(extension).EnumerateArray().ToArray();
        string[] roots = [.. expected.Select(subset => subset.GetProperty("folder").GetString()!.Split('/')).Select(parts => string.Join('/', parts[..^1])).Distinct()];
        var subsets = roots.SelectMany(root => TrainingFolder.Read(Reference.At("datasets", root), regularisation: expected.Any(subset =>
            subset.GetProperty("is_reg").GetBoolean() && subset.GetProperty("folder").GetString()!.StartsWith(root + "/", StringComparison.Ordinal))).Subsets);
        var settings = Cases.Settings(Expected!.Value.GetProperty("settings")) with
        {
            Subsets = [.. subsets.Select(subset => subset with { CaptionExtension = extension, Caption = new() { Wildcard = Expected!.Value.GetProperty("settings").GetProperty("enable_wildcard").GetBoolean() } })],
        };
        var dataset = Dataset.Open([settings], cancel: TestContext.Current.CancellationToken);

        Assert.Equal(
            expected.Select(subset => (subset.GetProperty("folder").GetString()!, subset.GetProperty("num_repeats").GetInt32(), subset.GetProperty("class_tokens").GetString(), subset.GetProperty("is_reg").GetBoolean())),
            settings.Subsets.Select(subset => (Relative(subset.Folder), subset.Repeats, subset.ClassTokens, subset.IsRegularisation)));
        Assert.All(expected, subset =>
        {
            var ours = dataset.Pictures.Where(picture => Relative(picture.Subset.Folder) == subset.GetProperty("folder").GetString()).ToDictionary(picture => Relative(picture.Path));
            Assert.Equal(subset.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("file").GetString()!).Order(StringComparer.Ordinal), ours.Keys.Order(StringComparer.Ordinal));
            Assert.All(subset.GetProperty("images").EnumerateArray(), image => Same(image, ours[image.GetProperty("file").GetString()!]));
            if (subset.GetProperty("tag_frequency").ValueKind == JsonValueKind.Object)
                Assert.All(subset.GetProperty("tag_frequency").EnumerateObject(), folder =>
                    Assert.Equal(folder.Value.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetInt32()), dataset.TagFrequency[folder.Name]));
        });
    }

    [Theory, MemberData(nameof(Metadata))]
    public void Metadata_is_read_as_the_reference_reads_it(string reading)
    {
        var expected = Parsed("metadata-expected.json")!.Value.GetProperty(reading);
        string file = reading.Split(' ')[0];
        bool wildcard = reading.EndsWith("=True", StringComparison.Ordinal);
        var captions = MetadataCaptions.Read(Reference.At("datasets", "folders", file), new CaptionSettings { Wildcard = wildcard }).ToDictionary(entry => entry.Name, entry => entry.Caption);
        Assert.Equal(expected.EnumerateObject().Select(entry => entry.Name), captions.Keys);
        // With wildcards the reference loses the tags of an entry without caption: a mistake of its own, and we keep them.
        Assert.All(expected.EnumerateObject(), entry =>
        {
            string caption = entry.Value.GetProperty("caption").GetString()!;
            if (wildcard && caption.Length == 0) caption = Parsed("metadata-expected.json")!.Value.GetProperty($"{file} enable_wildcard=False").GetProperty(entry.Name).GetProperty("caption").GetString()!;
            Assert.Equal(caption, captions[entry.Name]);
        });
    }

    private static void Same(JsonElement image, TrainingPicture picture)
    {
        Assert.Equal(image.GetProperty("caption").GetString(), picture.Found.Caption);
        if (!image.TryGetProperty("size", out var size)) return; // regularisation pictures are listed by caption alone
        Assert.Equal(Pair(size), (picture.Found.Header.Width, picture.Found.Header.Height));
        Assert.Equal(Pair(image.GetProperty("bucket")), (picture.Placement.Bucket.Width, picture.Placement.Bucket.Height));
        Assert.Equal(Pair(image.GetProperty("resized")), (picture.Placement.Resized.Width, picture.Placement.Resized.Height));
        Assert.Equal(image.GetProperty("repeats").GetInt32(), picture.Repeats);
        using var pixels = picture.Load();
        Assert.Equal([3, picture.Placement.Bucket.Height, picture.Placement.Bucket.Width], pixels.Pixels.shape);
    }

    private static (int, int) Pair(JsonElement pair) => (pair[0].GetInt32(), pair[1].GetInt32());

    private static string Relative(string path) => Path.GetRelativePath(Reference.At("datasets"), path).Replace('\\', '/');

    private static JsonElement? Expected => Parsed("expected.json");

    private static JsonElement? Parsed(string file) =>
        File.Exists(Reference.At("datasets", "folders", file)) ? JsonDocument.Parse(File.ReadAllBytes(Reference.At("datasets", "folders", file))).RootElement : null;
}
