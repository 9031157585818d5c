using Animarium.Studio.Training.Evaluation;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>The measures of an evaluation on features that are made up, so that the right answer is known.</summary>
public sealed class EvaluationTests
{
    // Base pictures lie along the first axis, training pictures along the second; each has a little of an axis of its own.
    private const int Axes = 40, Pictures = 6;

    private static readonly TrainingSights Training = new([.. Enumerable.Range(0, Pictures).Select(n => Seen(1, 0.6, 10 + n, "a", "b"))], [.. Enumerable.Range(0, Pictures).Select(_ => new[] { "a", "b" })]);

    [Fact]
    public void The_yardstick_is_the_training_pictures_among_themselves()
    {
        // Unit vectors with 1 on a common axis and 0.6 on their own: cosine 1 / 1.36.
        Assert.Equal(1 / 1.36, Training.SelfLikeness, 1e-6);
        Assert.Equal(1 / 1.36, Training.NearestLikeness, 1e-6);
        Assert.Equal(1, Training.Following);
        Assert.True(Training.IsCopy(Seen(1, 0.6, 10, "a")));
        Assert.False(Training.IsCopy(Seen(1, 0.8, 30, "a")));
    }

    [Fact]
    public void A_look_alike_with_other_pixels_is_no_copy()
    {
        var alike = Seen(1, 0.6, 10, "a");
        Assert.False(Training.IsCopy(alike with { Small = [.. alike.Small.Select(value => 1 - value)] }));
    }

    [Fact]
    public void The_base_model_learned_nothing_and_one_that_draws_the_training_pictures_everything()
    {
        var before = Before();
        Assert.Equal(0, before.Parts(before, Training, All).Learned, 1e-6);

        var copied = Cell(n => [Seen(1, 0.6, 10 + n, "a", "b"), Seen(1, 0.6, 10 + n, "a", "b")], moved: 0.9);
        var parts = copied.Parts(before, Training, All);
        Assert.Equal(1, parts.Learned, 1e-6);
        Assert.Equal(0, parts.Originality);
        Assert.Equal(0, parts.Diversity, 1e-6);
        Assert.True(parts.Restraint < 0.5);
    }

    [Fact]
    public void Tags_that_are_not_shown_cost_and_unknown_tags_do_not_count()
    {
        Assert.Equal(0.5, TrainingSights.ReadBack(Seen(1, 0, 1, "A"), ["a", "b"]));
        Assert.Equal(double.NaN, TrainingSights.ReadBack(Seen(1, 0, 1), []));
        var parts = new ScoreParts(0.8, 1, double.NaN, 1, 1, 1);
        Assert.Equal(Math.Pow(0.8, 0.2 / 0.8), parts.Score, 1e-9);
    }

    [Fact]
    public void A_checkpoint_that_learned_beats_one_that_copies_and_the_words_say_why()
    {
        using var english = new English();
        var before = Before();
        var scored = Recommendation.Score([("early", 100, 1, Learned()), ("late", 400, 1, Cell(n => [Seen(1, 0.6, 10 + n, "a", "b"), Seen(1, 0.6, 10 + n, "a", "b")], moved: 0.9))], before, Training);
        var best = Recommendation.Of(scored);
        Assert.Equal(100, best.Cell.Step);
        Assert.False(scored[1].IsWithinNoise);
        Assert.Contains(best.Reasons, reason => reason.Contains("step 400", StringComparison.Ordinal) && reason.Contains("originality", StringComparison.Ordinal));
        Assert.InRange(best.Cell.Score, best.Cell.Low - 1e-9, best.Cell.High + 1e-9);
    }

    [Fact]
    public void Equal_checkpoints_are_called_equal()
    {
        using var english = new English();
        var scored = Recommendation.Score([("a", 100, 1, Learned()), ("b", 200, 1, Learned())], Before(), Training);
        Assert.All(scored, cell => Assert.True(cell.IsWithinNoise));
        Assert.Contains(Recommendation.Of(scored).Reasons, reason => reason.StartsWith("All differences are within the noise", StringComparison.Ordinal));
    }

    [Fact]
    public void Half_formed_pictures_whose_seeds_differ_most_are_no_more_diverse_than_collapsed_ones()
    {
        var before = Before();
        Assert.Equal(1, before.Parts(before, Training, All).Diversity, 1e-6);
        // Base: seeds are at right angles, 1 apart. Cosine −1 is twice as far, cosine 0.5 half as far.
        Assert.Equal(0.5, Apart(-1).Parts(before, Training, All).Diversity, 1e-6);
        Assert.Equal(0.5, Apart(0.5).Parts(before, Training, All).Diversity, 1e-6);

        static CellMeasures Apart(double cosine) => Cell(n =>
        {
            var (first, second) = (Seen(0, 1, n), Seen(0, 1, n));
            (second.Features[n], second.Features[20 + n]) = ((float)cosine, (float)Math.Sqrt(1 - cosine * cosine));
            return [first, second];
        }, moved: 0.3);
    }

    [Fact]
    public void Of_those_within_the_noise_the_one_that_learned_more_is_recommended_and_the_words_say_so()
    {
        using var english = new English();
        // The score of the second is a little lower, for its restraint, and whether it is depends on the prompts drawn.
        var little = Measured(n => (Learned: 0.5, Moved: 0.3));
        var much = Measured(n => (Learned: 0.9, Moved: n < 3 ? 0.1 : 6));
        var scored = Recommendation.Score([("little", 100, 1, little), ("much", 200, 1, much)], Before(), Training);
        Assert.True(scored[0].Score > scored[1].Score && scored[1].IsWithinNoise && scored[1].LearnedMost && !scored[0].LearnedMost, $"{scored[0].Score} {scored[1].Score}");
        var best = Recommendation.Of(scored);
        Assert.Equal("much", best.Cell.Path);
        Assert.Contains(best.Reasons, reason => reason.StartsWith("The highest score has step 100 at 1.0", StringComparison.Ordinal));

        static CellMeasures Measured(Func<int, (double Learned, double Moved)> values) =>
            new([.. Learned().Prompts.Select((prompt, n) => prompt with { Learned = values(n).Learned, Moved = values(n).Moved })], 0.1);
    }

    [Theory]
    [InlineData("1girl, red hair, smile, hat", "1girl, blue hair, frown, scarf", "1girl, red hair, smile, scarf")]
    [InlineData("1girl, red hair", "1girl, blue hair", null)]
    [InlineData("a photo of a cat", "a photo of a cat", null)]
    public void Two_captions_cross(string first, string second, string? expected) => Assert.Equal(expected, EvaluationPrompts.Crossed(first, second));

    [Fact]
    public void The_trigger_or_artist_calls_what_was_learned_and_else_what_all_captions_share_unknown_to_the_tagger()
    {
        Assert.Equal(["@dylan"], EvaluationPrompts.Calls(null, ["1girl, @dylan", "1boy, @dylan"], _ => false));
        Assert.Equal(["miku"], EvaluationPrompts.Calls("miku", ["1girl, miku", "1girl"], _ => false));
        Assert.Equal(["zxc"], EvaluationPrompts.Calls(null, ["1girl, zxc, hat", "1girl, zxc"], tag => tag == "1girl"));
    }

    private static int[] All => [.. Enumerable.Range(0, Pictures)];

    private static CellMeasures Before() => Cell(Base, moved: 0.3);

    private static Sight[] Base(int n) => [Seen(0, 1, n), Seen(0, 1, 20 + n)];

    private static CellMeasures Learned() => Cell(n => [Seen(1, 0.8, 24 + n, "a", "b"), Seen(1, 0.8, 30 + n, "a", "b")], moved: 0.1);

    private static CellMeasures Cell(Func<int, Sight[]> pictures, double moved) => new(
        [.. Enumerable.Range(0, Pictures).Select(n => PromptMeasures.Of(pictures(n), Base(n), [], [], ["a", "b"], Training, Training.From([.. Enumerable.Range(0, Pictures).SelectMany(Base)])) with { Moved = moved })], moved);

    /// <summary>A picture with some of the style's axis and some of an axis of its own, which also decides its pixels.</summary>
    private static Sight Seen(double style, double own, int axis, params string[] tags)
    {
        var features = new float[Axes];
        (features[^1], features[axis]) = ((float)(style / Math.Sqrt(style * style + own * own)), (float)(own / Math.Sqrt(style * style + own * own)));
        return new(features, [.. Enumerable.Range(0, 12).Select(n => (axis + n) % 7 / 7f)], tags.ToHashSet(StringComparer.OrdinalIgnoreCase), []);
    }
}
