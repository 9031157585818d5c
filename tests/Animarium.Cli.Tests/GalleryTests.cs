using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>The gallery from the command line.</summary>
public sealed class GalleryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public GalleryTests()
    {
        byte[] picture = PictureFile.Encode(new(8, 8, 3, new byte[8 * 8 * 3]), PictureFormat.Png).File;
        Directory.CreateDirectory(Pictures);
        foreach (var (name, prompt) in new[] { ("cat", "猫, 1girl"), ("dog", "dog, 1boy"), ("bad", "loli, sex") })
            File.WriteAllBytes(Path.Combine(Pictures, name + ".png"), PngText.Insert(picture, [new("parameters", prompt + "\nSteps: 9, Sampler: Euler, CFG scale: 4, Seed: 5")]));
        File.WriteAllText(Path.Combine(Pictures, "broken.png"), "no picture");
    }

    private string Pictures => folder.At("pictures");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pictures_are_imported_found_rated_deleted_and_restored()
    {
        var import = Run("import", Pictures);
        Assert.Equal(["unreadable", "refused"], import.Lines.Where(line => (string?)line["event"] == "warning").Select(line => (string?)line["code"]).OrderDescending());
        Assert.Equal(2, (int)import.Lines.Single(line => (string?)line["event"] == "gallery")["added"]!);

        var found = Run("search", "猫").Lines.Single(line => (string?)line["event"] == "picture");
        Assert.Equal((Path.Combine(Pictures, "cat.png"), 5), ((string?)found["path"], (int)found["request"]!["seed"]!));
        string id = found["id"]!.ToString();
        Run("rate", "4", id);
        Assert.Equal(1, Count("--rating", "4"));

        Run("trash", "put", id);
        Assert.False(File.Exists(Path.Combine(Pictures, "cat.png")));
        Assert.Equal((1, 1), (Count(), Count("--place", "trash")));
        Run("trash", "restore", id);
        Assert.True(File.Exists(Path.Combine(Pictures, "cat.png")));
        Run("trash", "put", id);
        Run("trash", "empty");
        Assert.Equal((1, 0), (Count(), Count("--place", "trash")));

        File.Delete(Path.Combine(Pictures, "dog.png"));
        Assert.Contains(Run("rebuild", "--quick").Lines, line => (string?)line["code"] == "missing");
        Assert.Equal(1, (int)Run("forget").Lines.Single(line => (string?)line["event"] == "forgotten")["pictures"]!);
    }

    [Theory]
    [InlineData(4, "import", "no-such-folder")]
    [InlineData(2, "rate", "6", "1")]
    [InlineData(2, "rate", "five", "1")]
    [InlineData(2, "search", "--sort", "colour")]
    [InlineData(2, "search", "--place", "nowhere")]
    public void Nonsense_is_answered_in_words(int code, params string[] args)
    {
        var run = RealProgram.Run(["gallery", .. args, "--data", folder.At("home")]);
        Assert.Equal(code, run.Code);
        Assert.DoesNotContain("Exception", run.Err, StringComparison.Ordinal);
        Assert.NotEmpty(run.Err);
    }

    private int Count(params string[] args) => (int)Run(["search", .. args]).Lines.Single(line => (string?)line["event"] == "found")["pictures"]!;

    private Outcome Run(params string[] args)
    {
        var run = RealProgram.Run(["gallery", .. args, "--data", folder.At("home"), "--json"]);
        Assert.True(run.Code == 0, run.Out + run.Err);
        return run;
    }
}
