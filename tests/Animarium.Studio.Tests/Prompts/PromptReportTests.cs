using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Prompts;
using Animarium.Studio.Prompts;
using Animarium.Studio.Prompts.Report;
using Animarium.Studio.Texts;
using Animarium.Tests;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Prompts;

/// <summary>What the report says of good and bad prompts.</summary>
public sealed class PromptReportTests
{
    private static readonly string[] Ordinary = ["1girl", "solo", "long hair", "(blue hair:1.3)", "@wlop", "masterpiece", "year 2025", "score_7", "looking at viewer"];

    private static readonly PromptReportOptions Options = new()
    {
        Wildcards = new(new Dictionary<string, IReadOnlyList<string>> { ["colours"] = ["red"] }),
        HasLora = name => name == "detail",
    };

    private static readonly (string Prompt, string Negative)[] Prompts =
    [
        ("masterpiece, safe, 1girl, blue hair, smile, outdoors", "worst quality, low quality"),
        ("1girl, 2girls, blue hair, red hair, (long hair:1.2), short hair", ""),
        ("outdoors, long_hair, smile, smile, artist:wlop, adventurer, twintals", "smile, masterpiece, (smile"),
        ("1girl, 青い髪, (smile:5), {red hair|blue hair}, BREAK, [[hat]]", ""),
        ("safe, <lora:detail:1>, <lora:gone:1>, <hypernet:x:1>, <lora:detail:strong>, __colours__, __gone__, (hat, :), low quality", ""),
        ("gray hair, one girl, ((sad))", ""),
    ];

    [Theory, InlineData("en"), InlineData("ja")]
    public void Findings_are_as_reviewed(string language) => Snapshot.Matches($"findings.{language}.txt",
        Words.In(language, () => string.Join("\n", Prompts.Select(pair => $"# {pair.Prompt} // {pair.Negative}\n{Lines(PromptReport.Of(pair.Prompt, pair.Negative, Options))}"))));

    private static string Lines(PromptReport report) => string.Concat(report.Findings.Select(finding =>
        $"{finding.Severity} {finding.Kind} {(finding.InNegative ? "-" : "")}{finding.Start}+{finding.Length} {finding.Message}{(finding.Fix is { } fix ? $" => {fix.Start}+{fix.Length} '{fix.Replacement}'" : "")}\n"));

    [Fact]
    public void Any_text_is_reported_with_ranges_inside() => Gen.Select(PromptTexts.Any, PromptTexts.Any, Gen.Enum<EmphasisDialect>()).Sample((prompt, negative, dialect) =>
    {
        foreach (var finding in PromptReport.Of(prompt, negative, Options with { Dialect = dialect }).Findings)
        {
            string text = finding.InNegative ? negative : prompt;
            Assert.InRange(finding.Start, 0, text.Length);
            Assert.InRange(finding.Length, 0, text.Length - finding.Start);
            _ = finding.Fix?.Apply(text);
        }
    }, iter: 1500);

    [Fact]
    public void Sections_add_up_to_what_the_model_reads() => Gen.Int[0, Ordinary.Length - 1].Select(n => Ordinary[n]).Array[1, 15].Sample(tags =>
    {
        string prompt = string.Join(", ", tags);
        var report = PromptReport.Of(prompt, "", Options);
        var whole = Assert.Single(PromptTokens.Of(prompt, EmphasisDialect.Comfy, Options.Tokenizers));
        Assert.Equal((whole.Qwen.Count, whole.T5.Count), (report.Qwen, report.T5));
        Assert.Equal(report.Qwen, report.Sections.Sum(section => section.Qwen));
        Assert.Equal(report.T5, report.Sections.Sum(section => section.T5) + 1);
    }, iter: 500);

    [Fact]
    public void Fixes_leave_nothing_to_fix()
    {
        const string prompt = "1girl, long_hair, twintals, artist:wlop, smile, smile, gray hair";
        string mended = PromptReport.Of(prompt, "", Options).Fixed(prompt);
        Assert.Equal("1girl, long hair, twintails, @wlop, smile, grey hair", mended.TrimEnd(' ', ','));
        Assert.DoesNotContain(PromptReport.Of(mended, "", Options).Findings, finding => finding.Fix is not null && finding.Kind != "order");
    }

    [Fact]
    public void Weights_and_unreadable_text_are_seen()
    {
        var sections = PromptReport.Of("1girl, (smile:1.4), 髪", "", Options).Sections;
        Assert.Equal((1.4, true, 0), (sections[1].HighestWeight, sections[1].T5 > 0, sections[1].Unknown));
        Assert.True(sections[2].Unknown > 0);
        Assert.Equal("too-long", Assert.Single(PromptReport.Of(new string('(', 100_000), "", Options).Findings).Kind);
    }
}
