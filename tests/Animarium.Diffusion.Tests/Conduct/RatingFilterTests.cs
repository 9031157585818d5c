using Animarium.Diffusion.Conduct;
using Xunit;

namespace Animarium.Diffusion.Tests.Conduct;

public sealed class RatingFilterTests
{
    public static TheoryData<string, string> Prompts => [.. Table.Rows("ratings.tsv").Select(row => (row[0], row[1]))];

    [Theory, MemberData(nameof(Prompts))]
    public void A_prompt_is_allowed_from_its_own_rating_on(string rating, string prompt)
    {
        var asked = Enum.Parse<Rating>(rating, ignoreCase: true);
        foreach (var allowed in Enum.GetValues<Rating>())
        {
            var verdict = RatingFilter.Check(prompt, allowed);
            Assert.Equal(asked, verdict.Asked);
            Assert.Equal(allowed >= asked, verdict.IsAllowed);
            if (verdict.IsAllowed) RatingFilter.Require(prompt, allowed);
            else
            {
                var (english, japanese) = Assert.Throws<RatingException>(() => RatingFilter.Require(prompt, allowed)).Text;
                Assert.All([english, japanese], text => Assert.Contains($"--rating {rating}", text, StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("1girl, smile", "safe, 1girl, smile")]
    [InlineData("", "safe")]
    [InlineData("masterpiece, best quality, score_7, 1girl", "masterpiece, best quality, score_7, safe, 1girl")]
    [InlineData("(masterpiece, best quality:1.2), year 2024, 1girl", "(masterpiece, best quality:1.2), year 2024, safe, 1girl")]
    [InlineData("(masterpiece, 1girl:1.2), smile", "safe, (masterpiece, 1girl:1.2), smile")]
    [InlineData("masterpiece", "masterpiece, safe")]
    [InlineData("1girl, safe", "1girl, safe")]
    [InlineData("(safe:1.2), 1girl", "(safe:1.2), 1girl")]
    public void The_safe_tag_goes_behind_the_quality_tags(string prompt, string expected)
    {
        var rated = RatingFilter.Apply(prompt, "", Rating.Safe, negativeActs: false);
        Assert.Equal(expected, rated.Prompt);
        Assert.Equal(prompt == expected ? [] : ["safe"], rated.AddedToPrompt);
        Assert.Equal(("", []), (rated.Negative, rated.AddedToNegative));
    }

    [Theory]
    [InlineData(Rating.Safe, "blurry", "blurry, nsfw, explicit")]
    [InlineData(Rating.Safe, "", "nsfw, explicit")]
    [InlineData(Rating.Safe, "blurry, ", "blurry, nsfw, explicit")]
    [InlineData(Rating.Safe, "nsfw", "nsfw, explicit")]
    [InlineData(Rating.Safe, "(nsfw, explicit:1.2)", "(nsfw, explicit:1.2)")]
    [InlineData(Rating.Sensitive, "blurry", "blurry, nsfw, explicit")]
    [InlineData(Rating.Nsfw, "blurry", "blurry, explicit")]
    [InlineData(Rating.Explicit, "blurry", "blurry")]
    public void What_is_beyond_the_limit_goes_into_a_negative_that_acts(Rating allowed, string negative, string expected)
    {
        Assert.Equal(expected, RatingFilter.Apply("1girl", negative, allowed, negativeActs: true).Negative);
        Assert.Equal(negative, RatingFilter.Apply("1girl", negative, allowed, negativeActs: false).Negative);
    }

    [Fact]
    public void Only_the_safe_limit_adds_to_the_prompt() =>
        Assert.Equal("1girl", RatingFilter.Apply("1girl", "", Rating.Sensitive, negativeActs: true).Prompt);

    [Fact]
    public void A_picture_of_a_child_is_safe_whatever_is_allowed()
    {
        var rated = RatingFilter.Apply("child, park", "blurry", Rating.Explicit, negativeActs: true);
        Assert.Equal(("safe, child, park", "blurry, nsfw, explicit"), (rated.Prompt, rated.Negative));
    }
}
