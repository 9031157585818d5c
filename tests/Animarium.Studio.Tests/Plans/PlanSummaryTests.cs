using System.Diagnostics;
using Animarium.Studio.Generation;
using Animarium.Studio.Plans;
using Xunit;

namespace Animarium.Studio.Tests.Plans;

/// <summary>What a plan says of its size and time.</summary>
public sealed class PlanSummaryTests
{
    private static readonly Settings Usual = Settings.Empty.With("width", "1024").With("height", "1024").With("steps", "10").With("cfg", "4").With("sampler", "euler");

    private static DrawPlan Plan(Settings common, int count, params string[] axes) => DrawPlan.Make(common, [.. axes.Select(PlanAxis.Parse)], [], new(1, count));

    private static readonly MeasuredStep Second = new(1, Usual.Complete());

    [Fact]
    public void Pictures_pixels_steps_and_time_add_up()
    {
        var summary = PlanSummary.Of(Plan(Usual, 3, "steps=10,20", "cfg=1,4"), Settings.Empty, Second);
        Assert.Equal((12, 12.582912, 180, TimeSpan.FromSeconds(135)), (summary.Pictures, Math.Round(summary.Megapixels, 6), summary.Steps, summary.Time!.Value));
    }

    [Theory]
    [InlineData("guidance-end", "0.5", 7.5)]
    [InlineData("sampler", "heun", 20)]
    [InlineData("hires", "2", 50)] // four times the pixels once more
    public void What_costs_more_is_estimated_so(string name, string value, double seconds) =>
        Assert.Equal(seconds, PlanSummary.Of(Plan(Usual.With(name, value), 1), Settings.Empty, Second).Time!.Value.TotalSeconds, 6);

    [Fact]
    public void A_model_says_what_the_plan_leaves_open()
    {
        var turbo = Settings.Empty.With("steps", "8").With("cfg", "1");
        Assert.Equal(16, PlanSummary.Of(Plan(Settings.Empty, 2), turbo).Steps);
        Assert.Null(PlanSummary.Of(Plan(Settings.Empty, 2), turbo).Time);
    }

    [Fact]
    public void A_contradiction_in_one_picture_is_told_before_the_first()
    {
        var refused = Assert.Throws<SettingException>(() => PlanSummary.Of(Plan(Usual, 1, "guidance-start=0,0.5", "guidance-end=0.4,1"), Settings.Empty));
        Assert.Equal("guidance-start (0.5) must not lie behind guidance-end (0.4).", refused.Message);
    }

    [Fact]
    public void Cut_pictures_do_not_count() =>
        Assert.Equal(10, PlanSummary.Of(Plan(Usual, 1, "steps=10,20").Without(new ValueCut("steps", "20")), Settings.Empty).Steps);

    [Fact]
    public void A_million_pictures_are_summed_up_while_a_person_waits()
    {
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(505_000 * 100L, PlanSummary.Of(Plan(Usual, 100, "steps=1-100", "eta=0.01-1 (+0.01)"), Settings.Empty).Steps);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 20);
    }
}
