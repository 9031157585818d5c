using System.Text.Json.Nodes;
using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>The real program draws on the shipped model.</summary>
public sealed class GenerateTests : IDisposable
{
    private const string Prompt = "1girl, solo, @lorelei, portrait, smile";

    private static readonly string[] Small = ["--model", "anima-mini", "--width", "64", "--height", "64", "--steps", "4", "--precision", "fp32", "--device", "cpu"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_picture_is_drawn_saved_and_described()
    {
        var run = Draw(Prompt, "--seed", "7", "--out", folder.At("a.png"));
        Assert.Equal(["start", "step", "step", "step", "step", "image", "done"], run.Lines.Select(line => (string?)line["event"]));
        Assert.Empty(run.Err);
        var image = run.Lines.Single(line => (string?)line["event"] == "image");
        Assert.Equal(folder.At("a.png"), (string?)image["path"]);
        Assert.Equal(7, (int?)image["seed"]);
        Assert.Equal((64, 64), ((int)image["width"]!, (int)image["height"]!));
        Assert.True((double)image["seconds"]! > 0);

        var picture = PictureFile.Load(folder.At("a.png"));
        Assert.Equal((64, 64), (picture.Width, picture.Height));
        Assert.True(picture.Pixels.Distinct().Count() > 16, "The picture is empty.");
        Assert.StartsWith(Prompt, ImageMetadata.Read(folder.At("a.png")).Parameters!, StringComparison.Ordinal);
    }

    /// <summary>The pictures that came with the model, with everything that made them.</summary>
    public static TheoryData<string> ReferencePictures =>
        [.. JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(References, "index.json")))!.AsArray().Select(picture => (string)picture!["file"]!)];

    private static string References => System.IO.Path.Combine(RealProgram.Root, "models", "anima-mini", "pictures");

    [Theory, MemberData(nameof(ReferencePictures))]
    public void The_models_own_pictures_come_out_the_same(string file)
    {
        var made = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(References, "index.json")))!.AsArray().Single(picture => (string)picture!["file"]! == file)!;
        string[] options = ["negative", "seed", "width", "height", "steps", "cfg", "sampler", "scheduler", "shift"];
        var run = RealProgram.Run(["generate", (string)made["prompt"]!, .. options.SelectMany(name => (string[])["--" + name, made[name]!.ToString()]), "--model", "anima-mini", "--precision", "fp32", "--out", folder.At("a.png")]);
        Assert.True(run.Code == 0, run.Err);
        var (ours, reference) = (PictureFile.Load(folder.At("a.png")).Rgb().Pixels, PictureFile.Load(System.IO.Path.Combine(References, file)).Rgb().Pixels);
        double error = ours.Zip(reference, (a, b) => (double)(a - b) * (a - b)).Average();
        Assert.True(10 * Math.Log10(255 * 255 / error) >= 40, $"{file}: mean squared error {error:0.###}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_a_batch_the_same_pictures()
    {
        Draw(Prompt, "--seed", "7", "--count", "2", "--out", folder.At("single-{index}.png"));
        Draw(Prompt, "--seed", "7", "--count", "2", "--out", folder.At("again-{index}.png"));
        Draw(Prompt, "--seed", "7", "--batch", "2", "--out", folder.At("batch-{index}.png"));
        for (int n = 1; n <= 2; n++)
        {
            Assert.Equal(File.ReadAllBytes(folder.At($"single-{n}.png")), File.ReadAllBytes(folder.At($"again-{n}.png")));
            var (single, batch) = (PictureFile.Load(folder.At($"single-{n}.png")), PictureFile.Load(folder.At($"batch-{n}.png")));
            Assert.All(single.Pixels.Zip(batch.Pixels), pixel => Assert.InRange(Math.Abs(pixel.First - pixel.Second), 0, 1));
        }
        Assert.NotEqual(File.ReadAllBytes(folder.At("single-1.png")), File.ReadAllBytes(folder.At("single-2.png")));
    }

    [Theory, InlineData("png"), InlineData("webp"), InlineData("jpeg"), InlineData("avif")]
    public void A_picture_can_be_repeated_from_its_own_description(string format)
    {
        var first = Draw(Prompt + ", 日本語", "--seed", "9", "--cfg", "2.5", "--sampler", "euler_ancestral", "--format", format, "--out", folder.At("first") + "/");
        string path = Path(first);
        var second = Draw("--from", path, "--format", "png", "--out", folder.At("second.png"));
        var third = Draw("--from", Path(second), "--out", folder.At("third.png"));
        var request = second.Lines.First(line => (string?)line["event"] == "start")["request"]!;
        Assert.Equal((9, 2.5, "euler_ancestral", Prompt + ", 日本語"), ((int)request["seed"]!, (double)request["cfg"]!, (string)request["sampler"]!, (string)request["prompt"]!));
        Assert.Equal(PictureFile.Load(Path(second)).Pixels, PictureFile.Load(Path(third)).Pixels);
    }

    [Fact]
    public void An_option_beside_a_picture_wins()
    {
        Draw(Prompt, "--seed", "9", "--out", folder.At("a.png"));
        var run = Draw("--from", folder.At("a.png"), "--seed", "10", "--out", folder.At("b.png"));
        Assert.Equal(10, (int?)run.Lines.Single(line => (string?)line["event"] == "image")["seed"]);
    }

    [Fact]
    public void Prompts_come_from_a_file_and_from_standard_input()
    {
        File.WriteAllText(folder.At("prompts.txt"), "# two\n1girl, solo\n\n{\"prompt\": \"1boy, solo\", \"seed\": 5, \"steps\": 3}\n");
        var run = Draw("--prompts", folder.At("prompts.txt"), "--seed", "1", "--out", folder.At("list-{seed}.png"));
        Assert.Equal([1, 5], run.Lines.Where(line => (string?)line["event"] == "image").Select(line => (int)line["seed"]!));

        var piped = RealProgram.Run([], Prompt + "\n", ["generate", "-", .. Small, "--seed", "3", "--json", "--out", folder.At("piped.png")]);
        Assert.Equal(0, piped.Code);
        Assert.Equal(Prompt, (string?)piped.Lines.First(line => (string?)line["event"] == "start")["request"]!["prompt"]);
    }

    [Fact]
    public void People_see_the_path_on_standard_output_and_the_rest_beside_it()
    {
        var run = RealProgram.Run(["generate", Prompt, .. Small, "--seed", "3", "--width", "60", "--out", folder.At("a.png")]);
        Assert.Equal(0, run.Code);
        Assert.Equal(folder.At("a.png") + "\n", run.Out);
        Assert.Contains("60", run.Err, StringComparison.Ordinal); // no multiple of 16: said, and rounded
        Assert.DoesNotContain('\u001b', run.Err);
    }

    [Fact]
    public void Two_at_once_do_not_disturb_each_other()
    {
        string line = $"$ANIMARIUM generate '{Prompt}' {string.Join(' ', Small)} --out {folder.At("same.png")}";
        var run = RealProgram.Bash($"{line} --seed 1 & first=$!; {line} --seed 2; second=$?; wait $first; exit $(( $? + second ))");
        Assert.Equal(0, run.Code);
        Assert.Equal(2, Directory.GetFiles(folder.Path, "*.png").Length);
    }

    [Fact]
    public void Ctrl_C_ends_cleanly_and_keeps_what_is_done()
    {
        string line = $"$ANIMARIUM generate '{Prompt}' {string.Join(' ', Small)} --count 5000 --json --out {folder.Path}/";
        // A background job of a script ignores SIGINT unless job control is on, and so does whatever such a job starts: tests may run in one.
        var run = RealProgram.Bash($"set -m; env --default-signal=INT true 2>/dev/null && heed='env --default-signal=INT'; $heed {line} > {folder.At("log")} & until grep -q '\"image\"' {folder.At("log")} 2>/dev/null; do sleep 0.1; done; kill -INT %1; wait %1");
        Assert.Equal(130, run.Code);
        var lines = File.ReadLines(folder.At("log")).Select(text => JsonNode.Parse(text)!).ToList();
        Assert.Equal("cancelled", (string?)lines[^1]["code"]);
        var saved = lines.Where(text => (string?)text["event"] == "image").Select(text => (string)text["path"]!).ToList();
        Assert.NotEmpty(saved);
        Assert.Equal(saved.Order(), Directory.GetFiles(folder.Path).Where(file => !file.EndsWith("/log", StringComparison.Ordinal)).Order());
        Assert.All(saved, path => PictureFile.Load(path));
    }

    private static string Path(Outcome run) => (string)run.Lines.Single(line => (string?)line["event"] == "image")["path"]!;

    private static Outcome Draw(params string[] args)
    {
        // What a picture's description says must not be hidden by options.
        string[] settings = args.Contains("--from") ? ["--precision", "fp32", "--device", "cpu"] : Small;
        var run = RealProgram.Run(["generate", .. args, .. settings, "--json"]);
        Assert.True(run.Code == 0, run.Out + run.Err);
        return run;
    }
}
