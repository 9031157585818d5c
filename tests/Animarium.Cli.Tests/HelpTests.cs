using System.Text.RegularExpressions;
using Xunit;

namespace Animarium.Cli.Tests;

public partial class HelpTests
{
    public static TheoryData<string, string> Pages
    {
        get
        {
            var verbs = VerbsOf("--help").SelectMany(verb => VerbsOf(verb, "--help").Select(inner => $"{verb} {inner}").Prepend(verb));
            var pages = new TheoryData<string, string>();
            foreach (string verb in verbs.Prepend(""))
                foreach (string language in new[] { "en", "ja" }) pages.Add(verb, language);
            return pages;
        }
    }

    [Theory, MemberData(nameof(Pages))]
    public void Help_is_the_reviewed_page(string verb, string language)
    {
        var help = RealProgram.Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help", "--lang", language]);
        Assert.Equal(0, help.Code);
        Assert.Empty(help.Err);
        Assert.All(help.Out.Split('\n'), line => Assert.Equal(line.TrimEnd(), line));
        Snapshot.Matches($"help-{(verb.Length > 0 ? verb.Replace(' ', '-') : "animarium")}.{language}.txt", help.Out);
    }

    [Theory, InlineData("dataset"), InlineData("lora"), InlineData("gallery"), InlineData("prompt")]
    public void A_group_without_its_verb_shows_what_there_is_and_is_no_success(string group)
    {
        var outcome = RealProgram.Run(group);
        Assert.Equal(2, outcome.Code);
        Assert.Equal(RealProgram.Run(group, "--help").Out, outcome.Out);
        var lines = RealProgram.Run(group, "--json");
        Assert.Equal((2, "usage"), (lines.Code, (string?)lines.Error["code"]));
    }

    [Theory, InlineData("LANG", "ja_JP.UTF-8", "使い方"), InlineData("LC_MESSAGES", "ja", "使い方"), InlineData("LANG", "de_DE.UTF-8", "Usage"), InlineData("LANG", "C", "Usage")]
    public void The_locale_chooses_the_language(string variable, string value, string expected)
    {
        var environment = new Dictionary<string, string?> { ["LC_ALL"] = null, ["LC_MESSAGES"] = null, ["LANG"] = null, [variable] = value };
        Assert.Contains(expected, RealProgram.Run(environment, "", "--help").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Japanese_needs_no_ICU()
    {
        var environment = new Dictionary<string, string?> { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" };
        Assert.Contains("使い方", RealProgram.Run(environment, "", "--help", "--lang", "ja").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_a_number() => Assert.Matches(@"^\d+\.\d+\.\d+", RealProgram.Run("--version").Out);

    private static IEnumerable<string> VerbsOf(params string[] args) => Verb().Matches(RealProgram.Run(args).Out).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^  (?!animarium )([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex Verb();
}
