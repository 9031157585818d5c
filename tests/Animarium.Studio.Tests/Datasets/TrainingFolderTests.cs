using Animarium.Studio.Datasets;
using Xunit;

namespace Animarium.Studio.Tests.Datasets;

/// <summary>Folders as people have them.</summary>
public sealed class TrainingFolderTests : IDisposable
{
    private readonly PictureFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_flat_folder_is_seen_once_with_the_trigger_for_pictures_without_caption()
    {
        folder.Picture("a.png");
        folder.Text("a.txt", "1girl, smile");
        folder.Picture("b.png");
        var dataset = PictureFolder.Open(folder.Settings(trigger: "miku"));
        Assert.Equal([("1girl, smile", CaptionSource.File, 1), ("miku", CaptionSource.ClassTokens, 1)], dataset.Pictures.Select(picture => (picture.Found.Caption, picture.Found.CaptionSource, picture.Repeats)));
    }

    [Fact]
    public void Without_a_trigger_there_is_no_caption()
    {
        folder.Picture("a.png");
        Assert.Equal(CaptionSource.None, PictureFolder.Open(folder.Settings()).Pictures.Single().Found.CaptionSource);
    }

    [Fact]
    public void Nested_folders_all_count_except_masks_and_hidden_ones()
    {
        foreach (string name in new[] { "a.png", "x/b.png", "x/y/c.png", "x/mask/b.png", ".cache/d.png", "x/5_z/e.png" }) folder.Picture(name);
        var subsets = TrainingFolder.Read(folder.Root).Subsets;
        Assert.Equal([(".", 1), ("x", 1), ("x/5_z", 5), ("x/y", 1)], subsets.Select(subset => (Path.GetRelativePath(folder.Root, subset.Folder).Replace('\\', '/'), subset.Repeats)));
    }

    [Fact]
    public void What_numbered_folders_leave_out_is_told()
    {
        foreach (string name in new[] { "3_a/a.png", "3_a/inner/b.png", "other/c.png", "0_none/d.png", "loose.png" }) folder.Picture(name);
        var reading = TrainingFolder.Read(folder.Root);
        Assert.Equal((3, "a"), (reading.Subsets.Single().Repeats, reading.Subsets.Single().ClassTokens));
        Assert.Equal(["0_none", "3_a/inner", "loose.png", "other"], reading.Ignored.Select(path => Path.GetRelativePath(folder.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_year_in_a_name_is_no_number_of_repeats()
    {
        folder.Picture("2024_summer/a.png");
        folder.Picture("2025/b.png");
        Assert.Equal([1, 1], TrainingFolder.Read(folder.Root).Subsets.Select(subset => subset.Repeats));
        folder.Picture("10_miku/c.png");
        Assert.Equal([10, 2024, 2025], TrainingFolder.Read(folder.Root).Subsets.Select(subset => subset.Repeats)); // as sd-scripts reads it
    }

    [Fact]
    public void Names_in_any_script_and_emoji_are_found_with_their_captions()
    {
        folder.Picture("💙 初音ミク🎵.webp");
        folder.Text("💙 初音ミク🎵.txt", "青い髪 💙");
        var picture = PictureFolder.Open(folder.Settings()).Pictures.Single();
        Assert.Equal("青い髪 💙", picture.Found.Caption);
        using var pixels = picture.Load();
        Assert.Equal([3, 64, 64], pixels.Pixels.shape);
    }

    [Theory]
    [InlineData("metadata.json", """{"a.png": {"caption": "one", "tags": "two"}}""")]
    [InlineData("metadata.jsonl", """{"image_path": "a.png", "caption": "one", "tags": "two"}""")]
    [InlineData("meta_cap.json", """{"a": {"caption": "one", "tags": "two"}}""")]
    public void Metadata_is_found_where_there_are_no_caption_files(string name, string json)
    {
        folder.Picture("a.png");
        folder.Text(name, json);
        Assert.Equal("one,two", PictureFolder.Open(folder.Settings()).Pictures.Single().Found.Caption);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("7")]
    public void Broken_metadata_is_named(string json)
    {
        folder.Picture("a.png");
        string file = folder.Text("metadata.json", json);
        Assert.Contains(file, Assert.Throws<DatasetException>(() => PictureFolder.Open(folder.Settings())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_for_a_picture_that_is_gone_names_it()
    {
        folder.Picture("a.png");
        folder.Text("metadata.json", """{"a.png": {"caption": "one"}, "gone.png": {"caption": "two"}}""");
        Assert.Equal("missing", Assert.Throws<DatasetException>(() => PictureFolder.Open(folder.Settings())).Problems.Single().Code);
    }

    [Fact]
    public void An_empty_folder_and_none_at_all_are_told_apart()
    {
        Assert.Contains("no pictures", Assert.Throws<DatasetException>(() => TrainingFolder.Read(folder.Root)).Message, StringComparison.Ordinal);
        Assert.Contains("no folder", Assert.Throws<DatasetException>(() => TrainingFolder.Read(folder.At("nowhere"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Thousands_of_files_are_read_in_time_proportional_to_their_number()
    {
        byte[] picture = System.IO.File.ReadAllBytes(folder.Picture("first.png", 32, 32));
        for (int i = 0; i < 4000; i++)
        {
            folder.File($"{i}.png", picture);
            folder.Text($"{i}.txt", "1girl");
        }
        PictureFolder.Open(folder.Settings()); // warm
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(4001, PictureFolder.Open(folder.Settings()).Pictures.Count);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}"); // 0.6 s for 5,000 on two busy cores; a search through the folder for each file would take minutes
    }
}
