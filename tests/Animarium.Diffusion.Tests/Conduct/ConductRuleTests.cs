using System.Diagnostics;
using Animarium.Diffusion.Conduct;
using CsCheck;
using Xunit;

namespace Animarium.Diffusion.Tests.Conduct;

public sealed class ConductRuleTests
{
    /// <summary>The rows of prompts.tsv: verdict, text, what it proves.</summary>
    public static TheoryData<string, string, string> Prompts =>
        [.. Table.Rows("prompts.tsv").Select(row => (row[0], row[1], row[2]))];

    [Theory, MemberData(nameof(Prompts))]
    public void Refuses_sexual_content_with_minors_and_nothing_else(string verdict, string text, string proves)
    {
        var found = ConductRule.Check(text);
        Assert.True(verdict is "refused" or "passes", $"'{verdict}' is no verdict");
        Assert.True(found.IsRefused == (verdict == "refused"), $"{proves}: '{text}' found '{found.Minor}' and '{found.Sexual}'");
    }

    [Theory, MemberData(nameof(Prompts))]
    public void The_verdict_stays_when_harmless_text_surrounds_it(string verdict, string text, string proves)
    {
        string surrounded = $"masterpiece, best quality, 1girl, long hair,\n{text}\n, simple background, (blue sky:1.1)";
        Assert.True(ConductRule.Check(surrounded).IsRefused == (verdict == "refused"), proves);
    }

    [Fact]
    public void Texts_of_one_picture_are_judged_together()
    {
        Assert.False(ConductRule.Check("child, park").IsRefused);
        Assert.True(ConductRule.Check("child, park", null, "", "nude").IsRefused);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(1, false)]
    [InlineData(0.5, true)]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(double.NaN, true)]
    public void The_negative_prompt_counts_only_where_guidance_draws_it(double cfg, bool refused) =>
        Assert.Equal(refused, ConductRule.Check("nude woman", "child, loli", cfg).IsRefused);

    [Fact]
    public void The_refusal_names_what_it_found_in_both_languages()
    {
        var thrown = Assert.Throws<ConductException>(() => ConductRule.Require("child, nude"));
        Assert.All([thrown.Text.English, thrown.Text.Japanese], text => Assert.True(text.Contains("child", StringComparison.Ordinal) && text.Contains("nude", StringComparison.Ordinal)));
        Assert.Equal(thrown.Text.English, thrown.Message);
        Assert.Equal(ConductRule.Check("child, nude"), thrown.Verdict);
        Assert.Null(ConductRule.Check("1girl").Text);
    }

    [Fact]
    public void Any_text_is_accepted() => Gen.String[Gen.Char, 0, 200].Sample(text => ConductRule.Check(text) is not null);

    [Fact]
    public void Brackets_and_marks_in_any_place_hide_nothing() =>
        Gen.Select(Gen.Int[1, 4], Gen.OneOf(new[] { "\u200b", "\u0301", "\u00ad", "(", "((", "[", "\ufe0f" }.Select(Gen.Const).ToArray()), Gen.Int[1, 3]).Sample((child, mark, nude) =>
            ConductRule.Check("child".Insert(child, mark) + ", " + "nude".Insert(nude, mark)).IsRefused);

    [Theory]
    [InlineData("a")]
    [InlineData("1")]
    [InlineData("(")]
    [InlineData("1)")]
    [InlineData("[a:b:0.5]")]
    [InlineData("{a|b|c}")]
    [InlineData("child ")]
    [InlineData("a b c ")]
    [InlineData("小学")]
    [InlineData("ロ")]
    [InlineData("一")]
    [InlineData("\u0301")]
    [InlineData("か\u3099")]
    [InlineData("1girl, long hair, ")]
    public async Task A_million_characters_are_judged(string piece)
    {
        // Work that grew with the square of the text would take hours.
        string text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        await Task.Run(() => ConductRule.Check(text), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }
}
