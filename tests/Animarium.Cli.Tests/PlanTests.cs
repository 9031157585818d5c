using System.Text.Json.Nodes;
using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>Many pictures in one go, and the official files.</summary>
public sealed class PlanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Outcome Generate(params string[] args) =>
        RealProgram.Run(["generate", .. args, "--model", "anima-mini", "--width", "64", "--height", "64", "--precision", "fp32", "--device", "cpu", "--out", folder.At("p/{index}-{cfg}-{steps}.png"), "--json"]);

    [Fact]
    public void A_grid_is_drawn_cell_by_cell_and_laid_out()
    {
        var run = Generate("1girl, smile", "--x", "cfg=1,4", "--y", "steps=2-3", "--seed", "5", "--grid", folder.At("grid.webp"));
        Assert.True(run.Code == 0, run.Err);
        var plan = run.Lines.Single(line => (string?)line["event"] == "plan");
        Assert.Equal((4, 10), ((int)plan["pictures"]!, (int)plan["steps"]!));
        Assert.Equal(["1-1-2.png", "2-4-2.png", "3-1-3.png", "4-4-3.png"], Directory.GetFiles(folder.At("p")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(run.Lines.Where(line => (string?)line["event"] == "image"), image => Assert.Equal(5, (int)image["seed"]!));
        Assert.Equal(["cfg 1", "cfg 4", "cfg 1", "cfg 4"], run.Lines.Where(line => (string?)line["event"] == "cell").Select(cell => $"{cell["values"]![0]!["axis"]} {cell["values"]![0]!["value"]}"));
        var grid = PictureFile.Load((string)run.Lines.Single(line => (string?)line["event"] == "grid")["path"]!);
        Assert.InRange(grid.Width, 2 * 64, 2 * 64 + 200);
        Assert.InRange(grid.Height, 2 * 64, 2 * 64 + 80);
    }

    [Fact]
    public void The_plan_that_a_dry_run_gives_is_drawn_from_its_file()
    {
        var shown = Generate("{cat|dog}, smile", "--combinations", "--count", "2", "--seeds", "random", "--seed", "9", "--steps", "2", "--dry-run");
        Assert.Equal(["plan", "done"], shown.Lines.Select(line => (string?)line["event"]));
        Assert.False(Directory.Exists(folder.At("p")));
        File.WriteAllText(folder.At("plan.json"), shown.Lines[0]["plan"]!.ToJsonString());
        var drawn = Generate("--plan", folder.At("plan.json"));
        var images = drawn.Lines.Where(line => (string?)line["event"] == "image").ToList();
        Assert.Equal(["cat, smile", "cat, smile", "dog, smile", "dog, smile"], images.Select(image => (string)image["prompt"]!).Order(StringComparer.Ordinal));
        Assert.Equal(4, images.Select(image => (ulong)image["seed"]!).Distinct().Count());
    }

    [Theory]
    [InlineData("There is no axis 'cfgg'.", "x", "--x", "cfgg=1")]
    [InlineData("'dog' is in no prompt", "a cat", "--x", "replace=dog,cow")]
    [InlineData("The plan has 2000000 pictures; at most 1000000 are possible.", "x", "--x", "cfg=1,2", "--y", "steps=1-10000", "--count", "100")]
    [InlineData("the name must end in .png", "x", "--x", "cfg=1,2", "--grid", "grid.txt")]
    [InlineData("either --plan or --x", "--plan", "plan.json", "--x", "cfg=1,2")]
    [InlineData("guidance-start (0.5) must not lie behind guidance-end (0.4).", "x", "--x", "guidance-start=0,0.5", "--y", "guidance-end=0.4,1")]
    public void A_mistake_ends_it_before_the_first_picture(string message, params string[] args)
    {
        var run = Generate(args);
        Assert.Equal(2, run.Code);
        Assert.Contains(message, (string)run.Error["message"]!, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("p")));
    }

    [Fact]
    public void Official_files_are_listed_and_unknown_ones_named()
    {
        var list = RealProgram.Run("models", "download", "--into", folder.At("models"), "--json");
        var files = list.Lines.Where(line => (string?)line["event"] == "official").ToList();
        Assert.Equal(["anima-base-v1.0", "qwen_3_06b_base", "qwen_image_vae", "anima-turbo-v1.1", "anima-aesthetic-v1.1"], files.Select(file => (string)file["name"]!));
        Assert.All(files, file => Assert.Matches("^[0-9a-f]{64}$", (string)file["sha256"]!));
        var refused = RealProgram.Run("models", "download", "nothing", "--json");
        Assert.Equal((4, "input"), (refused.Code, (string)refused.Error["code"]!));
    }
}
