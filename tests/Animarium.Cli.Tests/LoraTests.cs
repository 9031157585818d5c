using System.Text.Json.Nodes;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>The verbs that look into LoRAs and make new ones.</summary>
public sealed class LoraTests : IDisposable
{
    private const string Model = "models/anima-mini/diffusion_models/anima-mini.safetensors";

    private static readonly string Lora = Reference("cases", "kohya-mixed-rank.safetensors") is var mixed && File.Exists(Path.Combine(RealProgram.Root, mixed)) ? mixed : Reference("cases", "comfy-alpha.safetensors");

    private static readonly string Trained = Path.Combine("tests", "reference", "imports", "metadata", "lora.safetensors");

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> BrokenFiles => [.. Directory.GetFiles(Path.Combine(RealProgram.Root, "tests", "reference", "lora", "bad"), "*.safetensors").Select(path => Path.GetRelativePath(RealProgram.Root, path)).Order(StringComparer.Ordinal)];

    private string Out => Path.Combine(folder.Path, "out.safetensors");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Info_tells_training_tags_and_every_hash()
    {
        var lora = Last(Run("lora", "info", Trained), "lora");
        Assert.Equal("anima", (string?)lora["base"]);
        Assert.Equal("cosine", (string?)lora["trained_with"]!["ss_lr_scheduler"]);
        Assert.Equal(20, (int?)lora["tags"]!["1girl"]);
        Assert.Equal("4375EFB5", (string?)lora["hashes"]!["crc32"]);
        Assert.StartsWith("4B48AA15", (string?)lora["hashes"]!["blake3"], StringComparison.Ordinal);
        var people = RealProgram.Run("lora", "info", Trained);
        Assert.Equal(0, people.Code);
        Assert.Contains("1girl 20", people.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_LoRA_merged_with_its_opposite_is_nothing_and_with_itself_double()
    {
        Run("lora", "merge", Lora, Lora, "-o", Out, "--precision", "fp32");
        var one = Last(Run("lora", "resize", Lora, "--energy", "1", "--precision", "fp32", "-o", Path.Combine(folder.Path, "one.safetensors")), "lora");
        Assert.InRange((double)one["error"]!, 0, 1e-6);
        var both = Run("lora", "resize", Out, "--energy", "1", "--precision", "fp32", "-o", Path.Combine(folder.Path, "two.safetensors"));
        var single = Run("lora", "resize", Lora, "--energy", "1", "--precision", "fp32", "--overwrite", "-o", Path.Combine(folder.Path, "one.safetensors"));
        foreach (var (twice, once) in both.Where(IsLayer).Zip(single.Where(IsLayer))) Assert.Equal(2 * (double)once["norm"]!, (double)twice["norm"]!, 1e-5);

        Run("lora", "merge", Lora + ":0.5", Lora + ":-0.5", "-o", Out, "--precision", "fp32", "--overwrite");
        Assert.All(Run("lora", "resize", Out, "--rank", "1", "-o", Path.Combine(folder.Path, "none.safetensors")).Where(IsLayer), layer => Assert.InRange((double)layer["norm"]!, 0, 1e-6));
    }

    [Fact]
    public void Conversion_keeps_the_layers_and_drops_what_it_is_told_to()
    {
        Run("lora", "convert", Trained, "--naming", "comfy", "--metadata", "none", "-o", Out);
        var before = Last(Run("lora", "info", Trained), "lora");
        var after = Last(Run("lora", "info", Out), "lora");
        Assert.Equal("Comfy", (string?)after["naming"]);
        Assert.Equal(before["layers"]!.ToJsonString(), after["layers"]!.ToJsonString());
        Assert.Null(after["base"]);
        Run("lora", "convert", Out, "--naming", "kohya", "-o", Path.Combine(folder.Path, "back.safetensors"));
        Assert.Equal((string?)before["hashes"]!["tensors"], (string?)Last(Run("lora", "info", Path.Combine(folder.Path, "back.safetensors")), "lora")["hashes"]!["tensors"]);
    }

    [Fact]
    public void A_result_never_replaces_a_file_unasked()
    {
        File.WriteAllText(Out, "mine");
        var run = RealProgram.Run("lora", "convert", Lora, "-o", Out, "--json");
        Assert.Equal(2, run.Code);
        Assert.Contains("--overwrite", (string?)run.Error["message"], StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Out));
        Run("lora", "convert", Lora, "-o", Out, "--overwrite");
    }

    [Theory]
    [InlineData(2, "lora", "resize", "{lora}", "-o", "{out}")]
    [InlineData(2, "lora", "resize", "{lora}", "--rank", "0", "-o", "{out}")]
    [InlineData(2, "lora", "resize", "{lora}", "--energy", "1.5", "-o", "{out}")]
    [InlineData(2, "lora", "merge", "{lora}", "--into", Model, "--rank", "4", "-o", "{out}")]
    [InlineData(2, "lora", "mrge", "{lora}")]
    [InlineData(4, "lora", "merge", "nowhere.safetensors:0.5", "-o", "{out}")]
    [InlineData(4, "lora", "merge", "{lora}", "--into", Model, "-o", "{out}")] // trained for another size
    [InlineData(4, "lora", "extract", Model, Model, "--rank", "4", "-o", "{out}")] // no difference
    [InlineData(5, "lora", "convert", "{lora}", "-o", "/proc/out.safetensors")]
    public void What_cannot_be_done_is_said_and_nothing_written(int code, params string[] args)
    {
        Assert.SkipWhen(code == 5 && !OperatingSystem.IsLinux(), "needs a folder that nobody can write to");
        var run = RealProgram.Run([.. args.Select(arg => arg.Replace("{lora}", Lora, StringComparison.Ordinal).Replace("{out}", Out, StringComparison.Ordinal)), "--json"]);
        Assert.True(run.Code == code, run.Out + run.Err);
        Assert.False(string.IsNullOrWhiteSpace((string?)run.Error["message"]));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory, MemberData(nameof(BrokenFiles))]
    public void Broken_and_foreign_files_end_in_a_sentence(string path)
    {
        foreach (string[] args in new[] { new[] { "lora", "info", path }, ["lora", "resize", path, "--rank", "2", "-o", Out, "--overwrite"] })
        {
            var run = RealProgram.Run(args);
            Assert.True(run.Code is 0 or 4, run.Out + run.Err);
            Assert.DoesNotContain("   at ", run.Out + run.Err, StringComparison.Ordinal);
            Assert.Contains(Path.GetFileName(run.Code == 0 && args[1] == "resize" ? Out : path), run.Out + run.Err, StringComparison.Ordinal);
        }
    }

    private static string Reference(params string[] parts) => Path.Combine(["tests", "reference", "lora", .. parts]);

    private static bool IsLayer(JsonObject line) => (string?)line["event"] == "layer";

    private static JsonObject Last(IReadOnlyList<JsonObject> lines, string kind) => lines.Last(line => (string?)line["event"] == kind);

    private static IReadOnlyList<JsonObject> Run(params string[] args)
    {
        var run = RealProgram.Run([.. args, "--json"]);
        Assert.True(run.Code == 0, run.Out + run.Err);
        return run.Lines;
    }
}
