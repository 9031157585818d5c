using System.Globalization;
using System.Text;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Evaluation;
using Animarium.Studio.Training.Progress;
using Animarium.Studio.Training.Run;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>Runs as the studio looks at them while others write.</summary>
public sealed class MetricsFollowerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("animarium-runs-").FullName;

    private string Metrics => Path.Combine(folder, "metrics.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Lines_that_are_none_are_passed_over()
    {
        File.WriteAllText(Metrics, """
            []
            null
            7
            "step"
            {"event":"step"}
            {"event":"step","step":"one","smooth_loss":1}
            {"event":"step","step":-3,"smooth_loss":1}
            {"event":7,"step":1,"smooth_loss":1}
            {"event":"step","step":1,"step":2,"smooth_loss":1}
            {"event":"measured","step":1,"loss":0.5,"sigmas":"no","losses":[1]}
            {"event":"measured","step":2,"loss":0.4,"sigmas":[0.1,null,0.9],"losses":[0.3,0.2,0.1]}
            {"event":"step","step":2,"loss":0.7,"smooth_loss":0.6,"seconds":2}
            """ + "\n{\"event\":\"step\",\"step\":3,\"smo");
        var curves = new MetricsFollower(Metrics).Look();
        Assert.Equal([new(2, 0.6)], curves.Smooth);
        Assert.Equal([new(1, 0.5), new(2, 0.4)], curves.Measured);
        Assert.Equal([0.1, 0.9], curves.Levels.Select(level => level.Sigma));
        Assert.Equal((2, 2.0), (curves.LastStep, curves.SecondsPerStep));
    }

    [Fact]
    public void What_is_new_is_read_once_and_a_half_written_line_when_it_is_whole()
    {
        var follower = new MetricsFollower(Metrics);
        Assert.Equal(0, follower.Look().LastStep);
        File.WriteAllText(Metrics, Step(1) + Step(2)[..20]);
        Assert.Equal(1, follower.Look().LastStep);
        File.AppendAllText(Metrics, Step(2)[20..] + Step(3));
        Assert.Equal([1, 2, 3], follower.Look().Smooth.Select(point => point.Step));
        Assert.Equal([1, 2, 3], follower.Look().Smooth.Select(point => point.Step));
    }

    [Fact]
    public void Bytes_that_are_no_text_do_not_shift_what_follows()
    {
        var follower = new MetricsFollower(Metrics);
        File.WriteAllBytes(Metrics, [0xFF, 0xFE, 0x80, (byte)'\n', 0xC3]);
        Assert.Empty(follower.Look().Smooth);
        File.AppendAllText(Metrics, "\n" + Step(1));
        Assert.Equal([1], follower.Look().Smooth.Select(point => point.Step));
        File.AppendAllText(Metrics, Step(2));
        Assert.Equal([1, 2], follower.Look().Smooth.Select(point => point.Step));
    }

    [Fact]
    public void A_file_without_lines_is_read_a_piece_at_a_time_and_passed_over()
    {
        var follower = new MetricsFollower(Metrics);
        File.WriteAllBytes(Metrics, new byte[3 << 20]);
        Assert.Empty(follower.Look().Smooth);
        File.AppendAllText(Metrics, "\n" + Step(1));
        Assert.Equal([1], follower.Look().Smooth.Select(point => point.Step));
    }

    [Fact]
    public void A_file_that_a_resumed_run_wrote_anew_is_read_anew_even_if_it_is_longer()
    {
        var follower = new MetricsFollower(Metrics);
        File.WriteAllText(Metrics, Step(1) + Step(2));
        follower.Look();
        File.WriteAllText(Metrics, Step(1) + Step(2, 0.25) + Step(3) + Step(4));
        Assert.Equal([0.5, 0.25, 0.5, 0.5], follower.Look().Smooth.Select(point => point.Value));
        File.WriteAllText(Metrics, Step(1));
        Assert.Equal(1, follower.Look().LastStep);
    }

    [Fact]
    public void A_loss_that_is_no_number_leaves_a_gap()
    {
        File.WriteAllText(Metrics, Step(1) + "{\"event\":\"step\",\"step\":2,\"loss\":null,\"smooth_loss\":null}\n{\"event\":\"step\",\"step\":3,\"loss\":1e999,\"smooth_loss\":1e999}\n" + Step(4));
        var curves = new MetricsFollower(Metrics).Look();
        Assert.Equal([1, 4], curves.Smooth.Select(point => point.Step));
        Assert.Equal((4, 2), (curves.LastStep, curves.NotFinite));
    }

    [Fact]
    public void Long_curves_keep_their_peaks_in_bounded_memory()
    {
        var text = new StringBuilder();
        for (int step = 1; step <= 30_000; step++) text.Append(Step(step, step == 12_345 ? 9 : 0.5));
        File.WriteAllText(Metrics, text.ToString());
        var curves = new MetricsFollower(Metrics).Look();
        Assert.InRange(curves.Smooth.Count, 1000, 4000);
        Assert.Contains(new CurvePoint(12_345, 9), curves.Smooth);
        Assert.Contains(new CurvePoint(12_345, 9), LossCurves.Thinned(curves.Smooth, 400));
    }

    [Fact]
    public void Folders_that_are_no_runs_and_damaged_states_do_not_hide_the_others()
    {
        Directory.CreateDirectory(Path.Combine(folder, "empty"));
        string run = Directory.CreateDirectory(Path.Combine(folder, "miku")).FullName;
        foreach (string file in new[] { "settings.toml", "state.safetensors", "state-step00000004.safetensors", "miku-step00000004.safetensors", "miku-step00000010.safetensors", "miku.safetensors", "miku.text_encoder.safetensors" })
            File.WriteAllText(Path.Combine(run, file), "");
        var found = Assert.Single(RunSummary.In(folder));
        Assert.Equal(("miku", null, true), (found.Name, found.StepsDone, found.HasResult));
        Assert.Equal([null, 10, 4], found.Files.Select(file => file.Step));
        Assert.Empty(RunSummary.In(Path.Combine(folder, "nowhere")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"recommended":{"checkpoint":1},"reasons":[],"cells":[]}""")]
    [InlineData("""{"recommended":null,"reasons":[],"cells":[]}""")]
    [InlineData("""{"recommended":{"checkpoint":"a","step":1,"step":2,"strength":1},"reasons":[],"cells":[]}""")]
    public void A_damaged_evaluation_is_none(string text)
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "evaluation")).FullName, "evaluation.json"), text);
        Assert.Null(EvaluationSummary.Read(folder));
    }

    [Theory]
    [InlineData("en", "so")]
    [InlineData("ja", "はい")]
    [InlineData("fr", "so")]
    public void The_reasons_are_read_in_the_reader_s_language(string language, string reason)
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "evaluation")).FullName, "evaluation.json"),
            """{"recommended":{"checkpoint":"a","step":4,"strength":1},"reasons":{"en":["so"],"ja":["はい"]},"cells":[]}""");
        Assert.Equal([reason], Words.In(language, () => EvaluationSummary.Read(folder)!.Reasons));
    }

    [Fact]
    public void An_evaluation_is_read_back_with_what_was_not_measured()
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "evaluation")).FullName, "evaluation.json"),
            """{"recommended":{"checkpoint":"a.safetensors","step":4,"strength":0.8,"score":0.7},"reasons":["so"],"cells":[{"checkpoint":"a.safetensors","step":4,"strength":0.8,"score":null,"withinNoise":true},{}]}""");
        var read = EvaluationSummary.Read(folder)!;
        Assert.Equal(("a.safetensors", 4L, 0.8, 0.7), (read.Recommended.Checkpoint, read.Recommended.Step, read.Recommended.Strength, read.Recommended.Values[0]));
        Assert.Equal(["so"], read.Reasons);
        var row = Assert.Single(read.Rows);
        Assert.True(row.IsWithinNoise);
        Assert.Null(row.Values[0]);
        Assert.Equal(read.Recommended.Values.Count + 2, EvaluationSummary.Headings.Count);
    }

    private static string Step(long step, double smooth = 0.5) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{{\"event\":\"step\",\"step\":{step},\"loss\":0.5,\"smooth_loss\":{smooth},\"seconds\":1}}\n");
}
