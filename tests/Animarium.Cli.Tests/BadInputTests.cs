using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>Whatever goes wrong is one clear sentence and the right exit code, never a stack trace.</summary>
public sealed class BadInputTests : IDisposable
{
    private const int Usage = 2, Input = 4, Output = 5, ClosedPipe = 141;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("unknown command", "nonsense")]
    [InlineData("unknown option", "metadata", "--stepz", "9")]
    [InlineData("missing argument", "metadata")]
    [InlineData("too many arguments", "metadata", "a.png", "b.png")]
    [InlineData("unknown measure", "bench", "nonsense")]
    [InlineData("size that is none", "bench", "dit", "--size", "100")]
    [InlineData("size that is no number", "bench", "dit", "--size", "x")]
    [InlineData("unknown language", "metadata", "a.png", "--lang", "xx")]
    public void A_wrong_command_line_is_code_2(string what, params string[] args)
    {
        AssertFails(RealProgram.Run(args), Usage, what);
        var json = RealProgram.Run([.. args, "--json"]);
        Assert.Equal(Usage, json.Code);
        Assert.Equal("usage", (string?)json.Error["code"]);
    }

    [Fact]
    public void An_unknown_option_names_the_nearest() => Assert.Contains("--raw", RealProgram.Run("metadata", "x.png", "--row").Err, StringComparison.Ordinal);

    [Theory]
    [InlineData("metadata", "missing.png")]
    [InlineData("metadata", ".")]
    [InlineData("metadata", "global.json")]
    [InlineData("metadata", "/dev/null")]
    public void A_file_that_is_none_is_code_4(params string[] args)
    {
        AssertFails(RealProgram.Run(args), Input, args[^1]);
        var json = RealProgram.Run([.. args, "--json"]);
        Assert.Equal(Input, json.Code);
        Assert.Equal("input", (string?)json.Error["code"]);
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_said_to_be_one()
    {
        var run = RealProgram.Bash($"cd {folder.Path}; name=$(printf 'a\\xff.png'); cp {RealProgram.Root}/models/anima-mini/pictures/1.png \"$name\"; $ANIMARIUM metadata \"$name\"; code=$?; rm \"$name\"; exit $code");
        AssertFails(run, Input, "UTF-8");
    }

    [Fact]
    public void A_closed_pipe_ends_the_run_without_noise()
    {
        var run = RealProgram.Bash("$ANIMARIUM --help >/dev/null; set -o pipefail; $ANIMARIUM doctor | head -n 1");
        Assert.Equal(ClosedPipe, run.Code);
        AssertSentence(run.Err);
    }

    [Fact]
    public void A_full_disk_behind_standard_output_is_said()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        AssertFails(RealProgram.Bash("$ANIMARIUM metadata models/anima-mini/pictures/1.png --json > /dev/full"), Output, "");
    }

    [Fact]
    public void Without_a_home_it_works_all_the_same()
    {
        var run = RealProgram.Run(new Dictionary<string, string?> { ["HOME"] = null, ["XDG_CONFIG_HOME"] = null, ["XDG_DATA_HOME"] = null }, "", "metadata", "models/anima-mini/pictures/1.png");
        Assert.Equal(0, run.Code);
    }

    [Theory, InlineData("models"), InlineData("info", "models/anima-mini/vae/qwen_image_vae_mini.safetensors"), InlineData("generate", "1girl")]
    public void A_libtorch_that_is_not_there_is_code_6(params string[] args)
    {
        var run = RealProgram.Run(new Dictionary<string, string?> { ["ANIMARIUM_LIBTORCH"] = folder.Path }, "", [.. args, "--json"]);
        Assert.Equal(6, run.Code);
        Assert.Contains(folder.Path, (string?)run.Error["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_doctor_says_what_to_do_about_it()
    {
        var run = RealProgram.Run(new Dictionary<string, string?> { ["ANIMARIUM_LIBTORCH"] = folder.Path }, "", "doctor", "--json");
        Assert.Equal(6, run.Code);
        Assert.NotEmpty(run.Lines.Single(line => (string?)line["event"] == "advice")["messages"]!.AsArray());
    }

    [Fact]
    public void The_doctor_measures_the_processor()
    {
        var run = RealProgram.Run("doctor", "--json");
        Assert.Equal(0, run.Code);
        var processor = run.Lines.Single(line => (string?)line["device"] == "cpu");
        Assert.True((double)processor["matmul_rate"]!["fp32"]! > 1e9);
        Assert.Contains(run.Lines, line => (string?)line["check"] == "models" && (bool)line["ok"]!);
    }

    [Fact]
    public void A_debug_variable_shows_where_it_happened()
    {
        var run = RealProgram.Run(new Dictionary<string, string?> { ["ANIMARIUM_DEBUG"] = "1" }, "", "metadata", "missing.png");
        Assert.Contains("   at ", run.Err, StringComparison.Ordinal);
    }

    private static void AssertFails(Outcome run, int code, string about)
    {
        Assert.Equal(code, run.Code);
        Assert.Empty(run.Out);
        AssertSentence(run.Err);
        if (about.Contains('.', StringComparison.Ordinal) || about == "UTF-8") Assert.Contains(about, run.Err, StringComparison.Ordinal);
    }

    private static void AssertSentence(string text)
    {
        Assert.NotEmpty(text.Trim());
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 10, 1000);
    }
}
