using Animarium.Diffusion.Training;
using Xunit;

namespace Animarium.Diffusion.Tests.Training;

public class LearningRatesTests
{
    [Fact]
    public void Every_schedule_stays_finite_and_within_its_rate()
    {
        foreach (var schedule in Enum.GetValues<RateSchedule>())
            foreach (int steps in (int[])[1, 2, 50])
                foreach (double warmup in (double[])[0, 0.1, 1, 60])
                {
                    var rates = new LearningRates { Schedule = schedule, Steps = steps, Warmup = warmup, Decay = 0.3, Pieces = LearningRates.ParsePieces("1:10,0.5:25,0.1") };
                    rates.Check();
                    for (int step = 0; step < steps; step++) Assert.InRange(rates.Factor(step, 1e-4), 0, 1 + 1e-12);
                }
    }

    [Fact]
    public void Names_are_those_of_sd_scripts()
    {
        Assert.Equal(RateSchedule.CosineWithRestarts, RateSchedules.Find("cosine_with_restarts"));
        Assert.Equal(RateSchedule.CosineAnnealingLR, RateSchedules.Find("torch.optim.lr_scheduler.CosineAnnealingLR"));
        Assert.Contains("warmup_stable_decay", RateSchedules.Names);
        Assert.All(RateSchedules.Names, name => Assert.Equal(name, RateSchedules.NameOf(RateSchedules.Find(name))));
        Assert.Contains("polynomial", Assert.Throws<ArgumentException>(() => RateSchedules.Find("polinomial")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1:10,0.5")]
    [InlineData("\"1:10,0.5:25,0.1\"")]
    [InlineData("0.3")]
    public void Rules_of_pieces_are_read(string rules) => new LearningRates { Schedule = RateSchedule.PiecewiseConstant, Pieces = LearningRates.ParsePieces(rules) }.Check();

    [Theory]
    [InlineData("")]
    [InlineData("1:10")]
    [InlineData("1:10,0.5:x,0.1")]
    [InlineData("a:10,0.5")]
    public void Other_rules_are_refused(string rules) => Assert.Throws<ArgumentException>(() => LearningRates.ParsePieces(rules));

    [Fact]
    public void Impossible_values_are_named()
    {
        foreach (var rates in (LearningRates[])[new() { Steps = 0 }, new() { Warmup = -1 }, new() { Cycles = 0 }, new() { MinimumRatio = 2 }, new() { Schedule = RateSchedule.PiecewiseConstant },
            new() { Schedule = RateSchedule.PiecewiseConstant, Pieces = LearningRates.ParsePieces("1:10,0.5:5,0.1") }])
            Assert.Throws<ArgumentException>(rates.Check);
    }
}
