using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>Requests that cannot be drawn: one clear sentence, the right exit code, nothing left behind and nothing lost.</summary>
public sealed class BadRequestTests : IDisposable
{
    private const int Done = 0, Usage = 2, Refused = 3, Input = 4, Output = 5, ClosedPipe = 141;

    private const string Model = "models/anima-mini/diffusion_models/anima-mini.safetensors", TextEncoder = "models/anima-mini/text_encoders/qwen3_mini.safetensors";

    private static readonly string[] Small = ["--model", "anima-mini", "--width", "64", "--height", "64", "--steps", "2", "--precision", "fp32", "--device", "cpu"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--width", "0")]
    [InlineData("--height", "-1")]
    [InlineData("--width", "100000")]
    [InlineData("--width", "abc")]
    [InlineData("--cfg", "NaN")]
    [InlineData("--cfg", "1e999")]
    [InlineData("--steps", "0")]
    [InlineData("--sampler", "nonsense")]
    [InlineData("--shift", "-3")]
    [InlineData("--denoise", "1.5")]
    [InlineData("--device", "cuda:99")]
    [InlineData("--device", "gpu")]
    [InlineData("--count", "0")]
    [InlineData("--format", "bmp")]
    [InlineData("--out", "a.bmp")]
    [InlineData("--out", "{nonsense}.png")]
    [InlineData("--lora", "x:1e99")]
    public void A_setting_out_of_range_is_named(string option, string value)
    {
        string[] small = [.. Small.Chunk(2).Where(pair => pair[0] != option).SelectMany(pair => pair)];
        var run = RealProgram.Run(["generate", "1girl", .. small, option, value]);
        AssertFails(run, Usage);
        Assert.Contains(option[2..], run.Err, StringComparison.Ordinal);
    }

    [Theory, InlineData(""), InlineData("   ")]
    public void An_empty_prompt_is_asked_for(string prompt) => AssertFails(Generate(prompt), Usage);

    [Fact]
    public void No_prompt_is_asked_for() => AssertFails(RealProgram.Run(["generate", .. Small]), Usage);

    [Fact]
    public void A_prompt_of_100000_characters_is_refused_at_once()
    {
        string prompt = string.Concat(Enumerable.Repeat("1girl, ", 100_000 / 7));
        AssertFails(Generate(prompt), Usage);
        AssertFails(RealProgram.Run([], prompt, ["generate", "-", .. Small]), Usage);
    }

    [Fact]
    public void A_misspelt_option_does_not_become_the_prompt()
    {
        var run = RealProgram.Run("generate", "--stepz", "9");
        AssertFails(run, Usage);
        Assert.Contains("--steps", run.Err, StringComparison.Ordinal);
        Assert.Equal(Done, RealProgram.Run(["generate", .. Small, "--out", folder.At("a.png"), "--", "--stepz", "9"]).Code);
    }

    [Fact]
    public void What_is_not_drawn_is_refused()
    {
        AssertFails(Generate("loli, nude"), Refused);
        Assert.Equal("refused", (string?)Generate("loli, nude", "--json").Error["code"]);
        Assert.Equal(Done, Generate("1girl, school uniform, reading", "--out", folder.At("a.png")).Code);
    }

    [Theory]
    [InlineData("--model", "nonsense")]
    [InlineData("--model", "no/such/file.safetensors")]
    [InlineData("--model", TextEncoder)]
    [InlineData("--vae", TextEncoder)]
    [InlineData("--text-encoder", Model)]
    [InlineData("--vae", "nonsense")]
    [InlineData("--lora", "nonsense")]
    [InlineData("--lora", "tests/reference/lora/bad/sdxl.safetensors")]
    [InlineData("--lora", "tests/reference/lora/bad/truncated.safetensors")]
    [InlineData("--lora", "tests/reference/lora/bad/pickle.safetensors")]
    [InlineData("--init", "missing.png")]
    [InlineData("--init", "global.json")]
    [InlineData("--from", "missing.png")]
    [InlineData("--from", "models/anima-mini/pictures/1.png")]
    [InlineData("--prompts", "missing.txt")]
    public void A_file_that_does_not_do_is_named(string option, string value)
    {
        string[] small = [.. Small.Chunk(2).Where(pair => pair[0] != option).SelectMany(pair => pair)];
        string[] prompt = option == "--prompts" ? [] : ["1girl"];
        var run = RealProgram.Run(["generate", .. prompt, .. small, option, value, "--out", folder.Path]);
        AssertFails(run, Input);
        Assert.Contains(Path.GetFileNameWithoutExtension(value), run.Err, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory, InlineData(100), InlineData(5_000), InlineData(1_000_000)]
    public void A_half_downloaded_model_is_said_to_be_one(int bytes)
    {
        File.WriteAllBytes(folder.At("half.safetensors"), File.ReadAllBytes(Path.Combine(RealProgram.Root, Model))[..bytes]);
        var run = RealProgram.Run("generate", "1girl", "--model", folder.At("half.safetensors"));
        AssertFails(run, Input);
        Assert.Contains("download", run.Err, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_mask_of_another_size_is_stretched_with_a_word()
    {
        PictureFile.Save(new Picture(64, 64, 3, new byte[64 * 64 * 3]), folder.At("init.png"), PictureFormat.Png);
        PictureFile.Save(new Picture(20, 10, 1, new byte[200]), folder.At("mask.png"), PictureFormat.Png);
        var run = Generate("1girl", "--init", folder.At("init.png"), "--mask", folder.At("mask.png"), "--out", folder.At("a.png"), "--json");
        Assert.Equal(Done, run.Code);
        Assert.Contains(run.Lines, line => (string?)line["event"] == "warning" && ((string)line["message"]!).Contains("20×10", StringComparison.Ordinal));
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_said_before_anything_is_drawn()
    {
        File.WriteAllText(folder.At("file"), "");
        var run = Generate("1girl", "--out", folder.At("file") + "/a.png", "--json");
        Assert.Equal(Output, run.Code);
        Assert.Equal("output", (string?)run.Error["code"]);
        Assert.DoesNotContain(run.Lines, line => (string?)line["event"] == "step");
    }

    [Fact]
    public void A_full_disk_leaves_nothing_half_written()
    {
        // The limit is on the size of files; the runtime's own mappings must not fall under it.
        string out1 = folder.At("before.png");
        Assert.Equal(Done, Generate("1girl", "--out", out1).Code);
        var run = RealProgram.Bash($"ulimit -f 1; $ANIMARIUM generate 1girl {string.Join(' ', Small)} --width 128 --height 128 --out {folder.At("full.png")}", new() { ["DOTNET_EnableWriteXorExecute"] = "0" });
        Assert.Equal(Output, run.Code);
        Assert.Contains("full.png", run.Err, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Err, StringComparison.Ordinal);
        Assert.Equal([out1], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory, InlineData("HOME", "/proc"), InlineData("HOME", null), InlineData("HOME", "/no/such/home")]
    public void A_home_that_cannot_be_used_does_not_matter(string variable, string? value)
    {
        var run = RealProgram.Run(new() { [variable] = value, ["XDG_DATA_HOME"] = null, ["XDG_CACHE_HOME"] = null }, "", ["generate", "1girl", .. Small, "--out", folder.At("a.png")]);
        Assert.True(run.Code == Done, run.Err);
        Assert.True(File.Exists(folder.At("a.png")));
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_said_to_be_one()
    {
        var run = RealProgram.Bash($"name=$(printf '{folder.Path}/a\\xff.png'); cp models/anima-mini/pictures/1.png \"$name\"; $ANIMARIUM generate 1girl --init \"$name\" {string.Join(' ', Small)}; code=$?; rm \"$name\"; exit $code");
        AssertFails(run, Input);
        Assert.Contains("UTF-8", run.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_with_names_that_are_not_UTF8_are_passed_over()
    {
        var run = RealProgram.Bash($"name=$(printf '{folder.Path}/a\\xff.safetensors'); echo x > \"$name\"; ANIMARIUM_MODELS={folder.Path} $ANIMARIUM models; code=$?; rm \"$name\"; exit $code");
        Assert.Equal(Done, run.Code);
        Assert.Contains("anima-mini", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_says_which_line_is_wrong()
    {
        File.WriteAllText(folder.At("list.txt"), "1girl\n{\"steps\": -5}\n");
        var run = RealProgram.Run(["generate", "--prompts", folder.At("list.txt"), .. Small]);
        AssertFails(run, Usage);
        Assert.Contains("line 2", run.Err, StringComparison.Ordinal);

        File.WriteAllBytes(folder.At("sjis.txt"), [0x90, 0xC2, 0x82, 0xA2]);
        AssertFails(RealProgram.Run(["generate", "--prompts", folder.At("sjis.txt"), .. Small]), Input);
    }

    [Fact]
    public void A_closed_pipe_stops_the_run_and_keeps_the_pictures()
    {
        var run = RealProgram.Bash($"set -o pipefail; $ANIMARIUM generate 1girl {string.Join(' ', Small)} --count 500 --json --out {folder.Path}/ | head -n 5 > /dev/null");
        Assert.Equal(ClosedPipe, run.Code);
        AssertSentence(run.Err);
        var left = Directory.GetFileSystemEntries(folder.Path);
        Assert.InRange(left.Length, 1, 499);
        Assert.All(left, path => PictureFile.Load(path));
    }

    private static Outcome Generate(string prompt, params string[] args) => RealProgram.Run(["generate", prompt, .. Small, .. args]);

    private static void AssertFails(Outcome run, int code)
    {
        Assert.True(run.Code == code, $"{run.Code}: {run.Err}");
        AssertSentence(run.Err);
    }

    private static void AssertSentence(string text)
    {
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.InRange(text.Trim().Length, 10, 2000);
    }
}
