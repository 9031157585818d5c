using System.Diagnostics;
using System.Text.Json.Nodes;
using Animarium.Diffusion.Weights;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary><c>animarium train</c> as people use it: from a folder to a LoRA, interrupted, resumed, and with nonsense.</summary>
public sealed class TrainTests : IDisposable
{
    private static readonly string Pictures = Path.Combine("samples", "lora-style");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Thirty_steps_lower_the_loss_at_fixed_noise_and_give_a_LoRA_that_draws()
    {
        var outcome = RealProgram.Run(Arguments("run", 30, "--set", "steps.batch_size=4", "--set", "validation.every_steps=15", "--set", "validation.pictures=4"));
        Assert.Equal(0, outcome.Code);
        double[] measured = [.. outcome.Lines.Where(line => (string?)line["event"] == "measured").Select(line => (double)line["loss"]!)];
        Assert.Equal(3, measured.Length);
        Assert.True(measured[1] < measured[0] && measured[2] < measured[0], $"{string.Join(" → ", measured)}");

        string result = (string)Assert.Single(outcome.Lines, line => (string?)line["event"] == "result")["path"]!;
        using (var file = SafeTensorsFile.Open(result)) Assert.Equal("30", file.Metadata["ss_steps"]);
        var drawn = RealProgram.Run("generate", "1girl, solo, @dylan", "--lora", result, "--steps", "2", "--out", folder.At("{seed}.png"), "--json");
        Assert.Equal(0, drawn.Code);
    }

    [Fact]
    public void A_killed_run_goes_on_bit_for_bit()
    {
        using (var process = Process.Start(new ProcessStartInfo("dotnet", [RealProgram.Dll, .. Arguments("killed", 20)]) { RedirectStandardOutput = true, WorkingDirectory = RealProgram.Root })!)
        {
            // Somewhere after the state of step 10.
            while (process.StandardOutput.ReadLine() is { } line && (JsonNode.Parse(line)!["step"]?.GetValue<long>() ?? 0) < 13) { }
            process.Kill();
            process.WaitForExit();
        }
        Assert.False(File.Exists(folder.At("killed/lora-style.safetensors")));
        var resumed = RealProgram.Run("train", "--resume", folder.At("killed"), "--json");
        Assert.Equal(0, resumed.Code);
        Assert.Equal(10, (long)Assert.Single(resumed.Lines, line => (string?)line["event"] == "start")["stepsDone"]!);

        // Chosen once, not measured again; and a busy machine may choose otherwise for the next run.
        string precision = System.Text.RegularExpressions.Regex.Match(File.ReadAllText(folder.At("killed/settings.toml")), "(?m)^mixed_precision = \"(no|bf16)\"").Groups[1].Value;
        Assert.NotEmpty(precision);
        var straight = RealProgram.Run(Arguments("straight", 20, "--set", $"performance.mixed_precision={precision}"));
        Assert.Equal(0, straight.Code);

        using var left = SafeTensorsFile.Open(folder.At("straight/lora-style.safetensors"));
        using var right = SafeTensorsFile.Open(folder.At("killed/lora-style.safetensors"));
        Assert.Equal(left.Metadata["sshs_model_hash"], right.Metadata["sshs_model_hash"]);
        // The log tells each step once, too, with the same losses and the same average of them.
        Assert.Equal(Losses("straight"), Losses("killed"));
        Assert.Equal(20, Losses("killed").Length);

        (double, double)[] Losses(string run) => [.. File.ReadLines(folder.At(run + "/metrics.jsonl")).Select(line => JsonNode.Parse(line)!).Where(line => (string?)line["event"] == "step")
            .Select(line => ((double)line["loss"]!, (double)line["smooth_loss"]!))];
    }

    [Fact]
    public void A_disk_that_fills_up_during_a_save_keeps_the_state_before_it()
    {
        Assert.Equal(0, RealProgram.Run(Arguments("full", 10)).Code);
        byte[] before = File.ReadAllBytes(folder.At("full/state.safetensors"));
        // The limit is on the size of files; the runtime's own mappings must not fall under it.
        var full = RealProgram.Bash($"ulimit -f 100; $ANIMARIUM train --resume {folder.At("full")} --set steps.max_steps=20 --json", new() { ["DOTNET_EnableWriteXorExecute"] = "0" });
        Assert.True(full.Code == 5, $"{full.Code}\n{full.Out}\n{full.Err}");
        Assert.Equal("output", (string?)full.Error["code"]);
        Assert.Equal(before, File.ReadAllBytes(folder.At("full/state.safetensors")));
        Assert.DoesNotContain(Directory.GetFiles(folder.At("full")), file => file.Contains("step00000020", StringComparison.Ordinal) || file.EndsWith(".tmp", StringComparison.Ordinal));

        var resumed = RealProgram.Run("train", "--resume", folder.At("full"), "--set", "steps.max_steps=20", "--json");
        Assert.Equal(0, resumed.Code);
        Assert.Equal(10, (long)Assert.Single(resumed.Lines, line => (string?)line["event"] == "start")["stepsDone"]!);
    }

    [Fact]
    public void A_disk_that_fills_up_while_caches_are_written_is_said()
    {
        var full = RealProgram.Bash($"ulimit -f 100; $ANIMARIUM {string.Join(' ', Arguments("cacheless", 5).Select(argument => $"'{argument}'"))}", new() { ["DOTNET_EnableWriteXorExecute"] = "0", ["XDG_DATA_HOME"] = folder.At("home") });
        Assert.True(full.Code == 5, $"{full.Code}\n{full.Out}\n{full.Err}");
        Assert.Equal("output", (string?)full.Error["code"]);
        Assert.Contains("cache", (string)full.Error["message"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(folder.At("home"), "*", SearchOption.AllDirectories), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_dry_run_says_what_would_happen_and_writes_nothing()
    {
        var outcome = RealProgram.Run([.. Arguments("dry", 20), "--dry-run"]);
        Assert.Equal(0, outcome.Code);
        var forecast = Assert.Single(outcome.Lines, line => (string?)line["event"] == "forecast");
        Assert.Equal(20, (long)forecast["steps"]!);
        Assert.Equal(1, forecast["sigmas"]!.AsArray().Sum(share => (double)share!), 0.01);
        Assert.False(Path.Exists(folder.At("dry")));
    }

    [Theory]
    [InlineData(2, "train")]
    [InlineData(2, "train", "no such folder")]
    [InlineData(2, "train", "samples/lora-style", "--set", "adapter.rnk=3")]
    [InlineData(2, "train", "samples/lora-style", "--set", "adapter.rank=0")]
    [InlineData(2, "train", "samples/lora-style", "--set", "optimizer.args.betaz=3")]
    [InlineData(2, "train", "samples/lora-style", "--goal", "fame")]
    [InlineData(2, "train", "--resume", "samples")]
    [InlineData(4, "train", "tests/Animarium.Cli.Tests/Snapshots")]
    public void Nonsense_is_answered_in_a_sentence(int code, params string[] arguments)
    {
        var outcome = RealProgram.Run([.. arguments, "--json"]);
        Assert.Equal(code, outcome.Code);
        Assert.NotEmpty((string)outcome.Error["message"]!);
    }

    [Theory]
    [InlineData(5, "cache_text_to_disk=true", "adapter.rank=4")] // texts are kept in a folder that cannot be made: fails before there is anything to train
    [InlineData(2, "cache_text_to_disk=false", "adapter.exclude_patterns=.*")] // fits nothing in the model
    [InlineData(4, "cache_text_to_disk=false", "adapter.continue_from=models/anima-mini/vae/qwen_image_vae_mini.safetensors")]
    public void A_run_that_fails_while_it_opens_takes_its_temporary_folders_away(int code, string cache, string setting)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The folder for temporary files is named by TMPDIR elsewhere.");
        string temporary = Directory.CreateDirectory(folder.At("tmp")).FullName, home = Directory.CreateDirectory(folder.At("home")).FullName;
        Directory.CreateDirectory(Path.Combine(home, "animarium", "cache"));
        File.WriteAllText(Path.Combine(home, "animarium", "cache", "training"), "no folder");
        var outcome = RealProgram.Run(new() { ["TMPDIR"] = temporary, ["XDG_DATA_HOME"] = home }, "",
            Arguments("run", 1, "--set", "performance.cache_latents_to_disk=false", "--set", $"performance.{cache}", "--set", setting));
        Assert.Equal(code, outcome.Code);
        Assert.NotEmpty((string)outcome.Error["message"]!);
        Assert.Empty(Directory.GetDirectories(temporary, "animarium-*"));
    }

    [Fact]
    public void Without_a_place_for_temporary_files_it_says_which_variable_names_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The folder for temporary files is named by TMPDIR elsewhere.");
        var outcome = RealProgram.Run(new() { ["TMPDIR"] = folder.At("gone") }, "", Arguments("run", 1, "--set", "performance.cache_latents_to_disk=false"));
        Assert.Equal(5, outcome.Code);
        Assert.Contains("TMPDIR", (string)outcome.Error["message"]!, StringComparison.Ordinal);
    }

    private string[] Arguments(string run, int steps, params string[] more) =>
    [
        "train", Pictures, "--json", "--set", $"steps.max_steps={steps}", "--set", "steps.batch_size=2", "--set", "seed=5", "--set", "output.save_every_steps=10", "--set", "validation.every_steps=0",
        "--set", "sampling.every_steps=1000", "--set", "sampling.at_first=false", "--set", "sampling.prompts=[\"1girl, solo, @dylan --s 2\"]", "--set", $"output.directory={folder.At(run)}", .. more,
    ];
}
