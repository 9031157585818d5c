using System.Text.Json.Nodes;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>What the looking verbs say about the files of the checkout.</summary>
public class InfoTests
{
    private const string Model = "models/anima-mini/diffusion_models/anima-mini.safetensors";

    private static readonly string Reference = Path.Combine(RealProgram.Root, "tests", "reference");

    public static TheoryData<string> BrokenFiles => [.. Directory.GetFiles(Path.Combine(Reference, "lora", "bad"), "*.safetensors").Select(path => Path.GetRelativePath(RealProgram.Root, path)).Order()];

    public static TheoryData<string> Loras => [.. Directory.GetFiles(Path.Combine(Reference, "lora", "cases"), "*.safetensors").Where(path => !path.Contains(".expected.", StringComparison.Ordinal)).Select(path => Path.GetRelativePath(RealProgram.Root, path)).Order()];

    [Fact]
    public void A_model_file_is_told_with_its_sizes_and_hashes()
    {
        var lines = Run("info", Model);
        var file = lines.Single(line => (string?)line["event"] == "file");
        Assert.Equal("anima", (string?)file["family"]!["name"]);
        Assert.Equal(8, (int?)file["family"]!["sizes"]!["blocks"]);
        Assert.Equal(209, (int?)file["types"]!["BF16"]!["tensors"]);
        using var stream = File.OpenRead(Path.Combine(RealProgram.Root, Model));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream)), (string?)lines.Single(line => (string?)line["event"] == "hash")["sha256"]);
    }

    [Theory, MemberData(nameof(Loras))]
    public void A_LoRA_is_told_with_its_ranks(string path)
    {
        var file = Run("info", path).Single(line => (string?)line["event"] == "file");
        Assert.Equal("Lora", (string?)file["family"]!["kind"]);
        Assert.NotEmpty(file["lora"]!["layers"]!.AsObject());
    }

    [Theory, MemberData(nameof(BrokenFiles))]
    public void A_broken_or_foreign_file_is_told_in_words(string path)
    {
        foreach (string language in new[] { "en", "ja" })
        {
            var run = RealProgram.Run("info", path, "--lang", language);
            Assert.True(run.Code is 0 or 4, run.Err);
            Assert.DoesNotContain("   at ", run.Out + run.Err, StringComparison.Ordinal);
            Assert.Contains(path, run.Out + run.Err, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_picture_is_told_as_one()
    {
        var picture = Run("info", "models/anima-mini/pictures/1.png")[0];
        Assert.Equal("picture", (string?)picture["event"]);
        Assert.Equal("None", (string?)picture["source"]);
    }

    [Fact]
    public void Tokens_come_with_pieces_and_weights()
    {
        var lines = Run("tokenize", "1girl, (blue hair:1.2)");
        Assert.Equal(["qwen", "t5", null], lines.Select(line => (string?)line["tokenizer"]));
        var t5 = lines[1];
        Assert.Equal(t5["ids"]!.AsArray().Count, t5["weights"]!.AsArray().Count);
        Assert.Equal([1, 1.2], t5["weights"]!.AsArray().Select(weight => (double)weight!).Distinct());
    }

    [Fact]
    public void Text_that_the_adapter_cannot_spell_is_named()
    {
        var warning = Run("tokenize", "1girl, 青い髪").Single(line => (string?)line["event"] == "warning");
        Assert.Contains("青い髪", (string?)warning["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_model_is_listed_as_complete()
    {
        var model = Run("models").First(line => (string?)line["name"] == "anima-mini");
        Assert.True((bool)model["complete"]!);
        Assert.EndsWith("qwen3_mini.safetensors", (string?)model["text_encoder"], StringComparison.Ordinal);
    }

    private static IReadOnlyList<JsonObject> Run(params string[] args)
    {
        var run = RealProgram.Run([.. args, "--json"]);
        Assert.True(run.Code == 0, run.Out + run.Err);
        Assert.Equal("done", (string?)run.Lines[^1]["event"]);
        return run.Lines;
    }
}
