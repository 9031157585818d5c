using System.Text.Json;
using System.Text.RegularExpressions;
using Animarium.Studio.Prompts;
using Xunit;

namespace Animarium.Parity.Prompts;

/// <summary>
/// The set of results is binding. Where dynamic prompts throws, and where it loses the @ of an artist (<c>{@wlop|…}</c>), the golden set is Impact Pack's;
/// <c>${v=!…}</c> is drawn at random here while the reference always takes the first value.
/// </summary>
public partial class WildcardsParity
{
    private const int MostListed = 400;

    public static TheoryData<string, int> Cases => PromptCases.Of("wildcards.json", "cases");

    private static Wildcards Library => new(new WildcardLibrary(PromptCases.Whole("wildcards.json").GetProperty("files").EnumerateObject()
        .ToDictionary(file => file.Name, file => (IReadOnlyList<string>)[.. file.Value.EnumerateArray().Select(line => line.GetString()!)])), compatible: true);

    [Theory, MemberData(nameof(Cases))]
    public void All_results(string name, int index)
    {
        var golden = PromptCases.At("wildcards.json", "cases", index);
        Assert.NotNull(name);
        string text = golden.GetProperty("text").GetString()!;
        var ours = Library.All(text).Take(20_000).ToHashSet();
        if (Expected(golden, text) is not { } expected) return; // both references throw: it is enough that ours does not
        if (text.Contains("=!", StringComparison.Ordinal)) Assert.Subset(ours, expected);
        else if (golden.TryGetProperty("dynamicprompts_count", out var count) && expected.Count < count.GetInt32() && count.GetInt32() <= MostListed)
        {
            Assert.Subset(ours, expected);
            Assert.Equal(count.GetInt32(), ours.Count);
        }
        else if (golden.TryGetProperty("dynamicprompts_count", out count) && count.GetInt32() >= MostListed) Assert.Subset(ours, expected);
        else Assert.Equal(expected.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Random_results_are_among_all_and_repeat(string name, int index)
    {
        var golden = PromptCases.At("wildcards.json", "cases", index);
        Assert.NotNull(name);
        string text = golden.GetProperty("text").GetString()!;
        var all = Library.All(text).Take(20_000).ToHashSet();
        var drawn = Enumerable.Range(0, 600).Select(seed => Library.Expand(text, seed)).ToList();
        if (all.Count < 20_000) Assert.Subset(all, drawn.ToHashSet());
        Assert.Equal(drawn[..20], Enumerable.Range(0, 20).Select(seed => Library.Expand(text, seed)));
        if (!golden.TryGetProperty("dynamicprompts_random_seen", out var seen) || seen.ValueKind != JsonValueKind.Object
            || text.Contains("=!", StringComparison.Ordinal) || LosesArtist().IsMatch(text)) return;
        // Two estimates from 600 draws each: five standard deviations of their difference are 0.15 at most.
        foreach (var share in seen.EnumerateObject())
            Assert.InRange(drawn.Count(result => result == share.Name) / 600.0 - share.Value.GetDouble(), -0.15, 0.15);
    }

    private static HashSet<string>? Expected(JsonElement golden, string text)
    {
        if (!LosesArtist().IsMatch(text) && golden.TryGetProperty("dynamicprompts_all", out var all)) return [.. all.EnumerateArray().Select(result => result.GetString()!)];
        if (!golden.TryGetProperty("impact_seen", out var seen) || seen.ValueKind != JsonValueKind.Object) return null;
        // An empty line of a file is an option for Impact Pack only, and so is the joining blank.
        return [.. seen.EnumerateObject().Select(result => result.Name).Where(result => result.Length > 0)];
    }

    [GeneratedRegex(@"\{@\p{L}")]
    private static partial Regex LosesArtist();
}
