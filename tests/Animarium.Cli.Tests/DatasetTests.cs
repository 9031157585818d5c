using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Cli.Tests;

public sealed class DatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public DatasetTests()
    {
        var random = new Random(1);
        foreach (string name in new[] { "a", "b" })
        {
            var pixels = new byte[600 * 500 * 3];
            random.NextBytes(pixels);
            PictureFile.Save(new(600, 500, 3, pixels), folder.At(name + ".png"), PictureFormat.Png);
            File.WriteAllText(folder.At(name + ".txt"), "@miku, 1girl, smile");
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_good_folder_is_done()
    {
        var run = RealProgram.Run("dataset", "check", folder.Path, "--trigger", "@miku", "--json");
        Assert.Equal(0, run.Code);
        var dataset = run.Lines.Single(line => (string?)line["event"] == "dataset");
        Assert.Equal((2, 2), ((int)dataset["pictures"]!, (int)dataset["imagesPerEpoch"]!));
        Assert.DoesNotContain(run.Lines, line => (string?)line["event"] == "finding");
        Assert.Equal("done", (string?)run.Lines[^1]["event"]);
    }

    [Fact]
    public void A_dataset_file_of_sd_scripts_is_read()
    {
        string file = folder.At("dataset.toml");
        File.WriteAllText(file, $"""
            [[datasets]]
            resolution = 256
            [[datasets.subsets]]
            image_dir = '{folder.Path}'
            caption_extension = '.txt'
            num_repeats = 3
            """);
        var run = RealProgram.Run("dataset", "check", file, "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal(6, (int)run.Lines.Single(line => (string?)line["event"] == "dataset")["imagesPerEpoch"]!);
        File.WriteAllText(file, "[[datasets]]\nresolutoin = 256");
        Assert.Contains("resolutoin", (string)RealProgram.Run("dataset", "check", file, "--json").Error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void People_read_the_same_in_their_language()
    {
        File.WriteAllText(folder.At("b.txt"), "1girl");
        var run = RealProgram.Run("dataset", "check", folder.Path, "--trigger", "@miku", "--lang", "ja");
        Assert.Equal(0, run.Code);
        Assert.Contains("トリガー「@miku」", run.Out, StringComparison.Ordinal);
        Assert.Contains("b.png", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_picture_is_an_error_that_names_it()
    {
        File.WriteAllBytes(folder.At("b.png"), File.ReadAllBytes(folder.At("b.png"))[..5000]);
        var run = RealProgram.Run("dataset", "check", folder.Path, "--json");
        Assert.Equal(4, run.Code);
        Assert.Contains("b.png", (string)run.Lines.Single(line => (string?)line["code"] == "unreadable")["message"]!, StringComparison.Ordinal);
        Assert.Equal("input", (string?)run.Error["code"]);
    }

    [Fact]
    public void A_refused_caption_has_the_exit_code_of_a_refusal()
    {
        File.WriteAllText(folder.At("b.txt"), "loli, nude");
        var run = RealProgram.Run("dataset", "check", folder.Path, "--json");
        Assert.Equal(3, run.Code);
        Assert.Contains("b.txt", (string)run.Lines.Single(line => (string?)line["severity"] == "error")["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, "dataset", "check", "no-such-folder")]
    [InlineData(4, "dataset", "check", "docs/decisions")]
    [InlineData(2, "dataset", "check", "tests/reference/datasets/folders/reg", "--resolution", "-5")]
    [InlineData(2, "dataset", "check", "tests/reference/datasets/folders/reg", "--resolution", "100000")]
    [InlineData(2, "dataset", "chek", "docs")]
    [InlineData(2, "dataset", "check")]
    public void What_cannot_be_checked_ends_with_a_sentence(int code, params string[] args)
    {
        var run = RealProgram.Run(args);
        Assert.Equal(code, run.Code);
        Assert.Empty(run.Out);
        Assert.DoesNotContain("Exception", run.Err, StringComparison.Ordinal);
        Assert.InRange(run.Err.Length, 10, 1000);
    }
}
