using Animarium.Studio.Training.Progress;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>A run's metrics read while they are written, and what else may stand in such a file.</summary>
public sealed class MetricsFollowerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;
    private readonly MetricsFollower follower;

    public MetricsFollowerTests() => follower = new(Metrics);

    private string Metrics => Path.Combine(folder, "metrics.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_that_is_not_there_yet_is_a_run_without_steps() => Assert.Equal((0, 0, 0), (follower.Look().LastStep, follower.Look().Smooth.Count, follower.Look().Levels.Count));

    [Fact]
    public void Each_look_adds_what_is_new_and_a_line_counts_once_it_is_whole()
    {
        Append(Step(1), Step(2));
        Assert.Equal([1, 2], Steps());
        string third = Step(3) + "\n";
        File.AppendAllText(Metrics, third[..20]);
        Assert.Equal([1, 2], Steps());
        File.AppendAllText(Metrics, third[20..]);
        Assert.Equal([1, 2, 3], Steps());
        Assert.Equal([1, 2, 3], Steps());
    }

    [Fact]
    public void Losses_at_fixed_noise_are_a_curve_for_each_level()
    {
        Append("""{"event":"measured","step":0,"loss":0.5,"sigmas":[0.9,0.1],"losses":[0.8,0.2]}""", """{"event":"measured","step":10,"loss":0.4,"sigmas":[0.9,0.1],"losses":[0.6,null]}""");
        var curves = follower.Look();
        Assert.Equal([new(0, 0.5), new(10, 0.4)], curves.Measured);
        Assert.Equal([0.1, 0.9], curves.Levels.Select(level => level.Sigma));
        Assert.Equal([new(0, 0.2)], curves.Levels[0].Points);
        Assert.Equal([new(0, 0.8), new(10, 0.6)], curves.Levels[1].Points);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not JSON")]
    [InlineData("""{"event":"step","smooth_loss":1}""")]
    [InlineData("""{"event":"step","step":"two","smooth_loss":1}""")]
    [InlineData("""{"event":"step","step":null,"smooth_loss":1}""")]
    [InlineData("""{"event":"step","step":1.5,"smooth_loss":1}""")]
    [InlineData("""{"event":"step","step":-1,"smooth_loss":1}""")]
    [InlineData("""{"event":"step","step":1,"step":2,"smooth_loss":1}""")]
    [InlineData("""{"event":5,"step":1,"smooth_loss":1}""")]
    [InlineData("""{"event":"step","step":99999999999999999999,"smooth_loss":1}""")]
    [InlineData("""{"event":"measured","step":1,"sigmas":7,"losses":{}}""")]
    [InlineData("""{"event":"measured","step":1,"sigmas":["a",null,1e999],"losses":[1,2,3]}""")]
    public void What_is_no_line_of_a_run_is_passed_over(string line)
    {
        Append(Step(1), line, Step(2));
        var curves = follower.Look();
        Assert.Equal([1, 2], curves.Smooth.Select(point => point.Step));
        Assert.Empty(curves.Measured);
        Assert.Empty(curves.Levels);
    }

    [Fact]
    public void Bytes_that_are_no_text_do_not_shift_what_follows()
    {
        File.WriteAllBytes(Metrics, [0xFF, 0xFE, 0x80, (byte)'\n', 0xC3]);
        Assert.Empty(Steps());
        File.AppendAllText(Metrics, "\n");
        Append(Step(1));
        Assert.Equal([1], Steps());
        Append(Step(2));
        Assert.Equal([1, 2], Steps());
    }

    [Fact]
    public void A_file_of_another_kind_is_read_a_piece_at_a_time()
    {
        File.WriteAllBytes(Metrics, new byte[3 << 20]); // no end of a line anywhere
        Assert.Empty(Steps());
        File.AppendAllText(Metrics, "\n");
        Append(Step(1));
        Assert.Equal([1], Steps());
    }

    [Fact]
    public void A_loss_that_is_no_number_leaves_a_gap_and_is_counted()
    {
        Append(Step(1), """{"event":"step","step":2,"loss":null,"smooth_loss":null}""", """{"event":"step","step":3,"loss":1e999,"smooth_loss":1e999}""", Step(4));
        var curves = follower.Look();
        Assert.Equal([1, 4], curves.Smooth.Select(point => point.Step));
        Assert.Equal((2, 4), (curves.NotFinite, curves.LastStep));
    }

    [Fact]
    public void A_run_that_is_resumed_begins_anew_and_one_that_vanished_keeps_what_was_seen()
    {
        Append(Step(1), Step(2), Step(3));
        Assert.Equal([1, 2, 3], Steps());
        using (var log = MetricsLog.Open(Metrics, lastStep: 1)) log.Write("step", 2, new() { ["loss"] = 9, ["smooth_loss"] = 9 });
        Assert.Equal([new(1, 1), new(2, 9)], follower.Look().Smooth);
        File.Delete(Metrics);
        Assert.Equal([1, 2], Steps());
    }

    [Fact]
    public void Curves_of_long_runs_are_thinned_and_keep_their_peaks()
    {
        using (var writer = File.AppendText(Metrics))
            for (int step = 1; step <= 20_000; step++) writer.WriteLine(Step(step, step == 12_345 ? 100 : 1));
        var curves = follower.Look();
        Assert.InRange(curves.Smooth.Count, 1, 4000);
        Assert.Contains(new(12_345, 100), curves.Smooth);
        Assert.Equal(curves.Smooth.Select(point => point.Step).Order(), curves.Smooth.Select(point => point.Step));
        Assert.Equal(20_000, curves.LastStep);
    }

    private IEnumerable<long> Steps() => follower.Look().Smooth.Select(point => point.Step);

    private void Append(params string[] lines) => File.AppendAllText(Metrics, string.Concat(lines.Select(line => line + "\n")));

    private static string Step(long step, double? smooth = null) => FormattableString.Invariant($$"""{"event":"step","step":{{step}},"loss":0.5,"smooth_loss":{{smooth ?? step}},"seconds":0.1}""");
}
