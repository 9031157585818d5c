using System.Diagnostics;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>The launcher in a checkout of its own, with a 'dotnet' that writes down what it is asked for.</summary>
public sealed class LauncherTests : IDisposable
{
    private const string FakeDotnet = """
        #!/usr/bin/env bash
        echo "$@" >> "$LOG"
        case $1 in
          --list-sdks) echo "${SDK:-10.0.100} [/usr/share/dotnet/sdk]" ;;
          build)
            sleep 0.5
            if [ -n "${BROKEN:-}" ]; then echo "src/A.cs(1,1): error CS1002: ; expected"; exit 1; fi
            for argument; do case $argument in -p:ArtifactsPath=*) out=${argument#*=} ;; esac; done
            mkdir -p "$out/bin/Animarium.Cli/release"
            touch "$out/bin/Animarium.Cli/release/animarium.dll" ;;
          *) shift; printf '<%s>' "$@"; exit "${CODE:-0}" ;;
        esac
        """;

    private readonly TemporaryFolder folder = new();

    public LauncherTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "tests the launcher for bash");
        foreach (string name in new[] { "src", "bench", "eng", "tools", "elsewhere" }) Directory.CreateDirectory(folder.At(name));
        File.WriteAllText(folder.At("global.json"), "{}");
        File.WriteAllText(folder.At("Directory.Build.props"), "<Project/>");
        File.WriteAllText(folder.At("src/A.cs"), "");
        File.WriteAllText(folder.At("src/B.cs"), "");
        File.WriteAllText(folder.At("tools/dotnet"), FakeDotnet);
        File.Copy(Path.Combine(RealProgram.Root, "animarium"), folder.At("animarium"));
        Run($"chmod +x {folder.At("animarium")} {folder.At("tools/dotnet")}");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_builds_once_and_again_after_every_change()
    {
        Assert.Equal((0, 1), (Run("./animarium").Code, Builds));
        Run("./animarium");
        Assert.Equal(1, Builds);
        Run("sleep 0.1; echo change > src/A.cs; ./animarium");
        Assert.Equal(2, Builds);
        Run("sleep 0.1; rm src/B.cs; ./animarium");
        Assert.Equal(3, Builds);
        Run("sleep 0.1; touch Directory.Build.props; ./animarium; ./animarium");
        Assert.Equal(4, Builds);
    }

    [Fact]
    public void It_passes_arguments_and_exit_codes_on_and_keeps_standard_output_clean()
    {
        var run = Run("CODE=7 ./animarium generate '1girl, \"solo\" $HOME * \\' '' --seed 3");
        Assert.Equal(7, run.Code);
        Assert.Equal("<generate><1girl, \"solo\" $HOME * \\><><--seed><3>", run.Out);
    }

    [Fact]
    public void It_works_from_anywhere_and_through_links()
    {
        Assert.Equal("<x>", Run($"cd elsewhere; ln -s ../animarium link; ln -s {folder.At("elsewhere")}/link second; cd /; {folder.At("elsewhere")}/second x").Out);
        Assert.Equal(1, Builds);
    }

    [Fact]
    public void Two_at_once_build_once()
    {
        Assert.Equal(0, Run("./animarium a & first=$!; ./animarium b && wait $first").Code);
        Assert.Equal(1, Builds);
    }

    [Fact]
    public void A_lock_of_a_dead_builder_does_not_hold_it_up()
    {
        Assert.Equal(0, Run("mkdir artifacts; sleep 0 & dead=$!; wait $dead; ln -s $dead artifacts/building; ./animarium").Code);
        Assert.Equal(1, Builds);
    }

    [Fact]
    public void A_broken_build_is_shown_and_tried_again()
    {
        var broken = Run("BROKEN=1 ./animarium");
        Assert.Equal((1, ""), (broken.Code, broken.Out));
        Assert.Contains("error CS1002", broken.Err, StringComparison.Ordinal);
        Assert.Equal(0, Run("./animarium").Code);
        Assert.Equal(2, Builds);
    }

    [Fact]
    public void A_missing_SDK_is_said()
    {
        var run = Run("SDK=8.0.100 ./animarium");
        Assert.Equal(6, run.Code);
        Assert.Contains(".NET 10 SDK", run.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void It_builds_for_cards_and_for_an_installed_libtorch_beside_each_other()
    {
        Run("./animarium; ANIMARIUM_TORCH=cuda ./animarium; ANIMARIUM_LIBTORCH=/opt/libtorch ./animarium; ANIMARIUM_TORCH=cuda ./animarium; ./animarium");
        Assert.Equal(["cpu", "cuda", "none"], Log.Where(line => line.StartsWith("build ", StringComparison.Ordinal)).Select(line => line.Split("-p:Torch=")[1].Split(' ')[0]));
    }

    [Fact]
    public void It_builds_without_a_home() => Assert.Equal(0, Run("unset HOME; ./animarium").Code);

    [Fact]
    public void Nothing_to_do_costs_less_than_three_tenths_of_a_second()
    {
        Run("./animarium");
        var best = Enumerable.Range(0, 5).Min(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            Run("./animarium");
            return Stopwatch.GetElapsedTime(start);
        });
        Assert.InRange(best.TotalSeconds, 0, 0.3);
    }

    private string[] Log => File.ReadAllLines(folder.At("log"));

    private int Builds => Log.Count(line => line.StartsWith("build ", StringComparison.Ordinal));

    private Outcome Run(string line) =>
        RealProgram.Bash($"cd {folder.Path}; export PATH={folder.At("tools")}:$PATH LOG={folder.At("log")}; {line}", new() { ["ANIMARIUM_TORCH"] = null, ["ANIMARIUM_LIBTORCH"] = null });
}
