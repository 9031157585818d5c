using System.Text.Json;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Tokenizers;
using Xunit;

namespace Animarium.Parity.Prompts;

public class EmphasisParity
{
    public static TheoryData<string, int> Cases => PromptCases.Of("emphasis.json", "cases");

    [Theory, MemberData(nameof(Cases))]
    public void Comfy_segments(string name, int index)
    {
        var golden = PromptCases.At("emphasis.json", "cases", index);
        Assert.NotNull(name);
        if (golden.GetProperty("comfy").TryGetProperty("segments", out var segments))
            Same(segments, Emphasis.Parse(golden.GetProperty("text").GetString()!, EmphasisDialect.Comfy));
        else
            Emphasis.Parse(golden.GetProperty("text").GetString()!, EmphasisDialect.Comfy);
    }

    [Theory, MemberData(nameof(Cases))]
    public void A1111_segments(string name, int index)
    {
        var golden = PromptCases.At("emphasis.json", "cases", index);
        Assert.NotNull(name);
        string text = golden.GetProperty("text").GetString()!;
        var expected = golden.GetProperty("a1111");
        // Where the reference throws, ours reads the text as ComfyUI does.
        if (expected.ValueKind == JsonValueKind.Object) Same(golden.GetProperty("comfy").GetProperty("segments"), Emphasis.Parse(text, EmphasisDialect.A1111));
        else Same(expected, Emphasis.Parse(text, EmphasisDialect.A1111));
    }

    public static TheoryData<string, int> TokenCases => PromptCases.Of("emphasis.json", "cases", golden => golden.GetProperty("comfy").TryGetProperty("qwen_ids", out _));

    [Theory, MemberData(nameof(TokenCases))]
    public void Anima_tokens(string name, int index)
    {
        var golden = PromptCases.At("emphasis.json", "cases", index);
        Assert.NotNull(name);
        var comfy = golden.GetProperty("comfy");
        var tokens = PromptTokens.Of(golden.GetProperty("text").GetString()!, EmphasisDialect.Comfy, PromptTokenizers.Official, EmptyPrompt.ComfyUi).Single();
        Assert.Equal(comfy.GetProperty("qwen_ids").EnumerateArray().Select(id => id.GetInt32()), tokens.Qwen);
        Assert.Equal(comfy.GetProperty("t5_ids").EnumerateArray().Select(id => id.GetInt32()), tokens.T5);
        var weights = comfy.GetProperty("t5_weights").EnumerateArray().SelectMany(run => Enumerable.Repeat(Held(Weight(run[0])), run[1].GetInt32())).ToArray();
        Assert.Equal(weights.Length, tokens.Weights.Count);
        Assert.All(weights.Zip(tokens.Weights), pair => Assert.Equal(pair.First, pair.Second, 1e-12 * Math.Max(1, Math.Abs(pair.First))));
    }

    private static void Same(JsonElement expected, IReadOnlyList<PromptSegment> actual)
    {
        Assert.Equal(expected.EnumerateArray().Select(pair => pair[0].GetString()), actual.Select(segment => segment.Text));
        foreach (var (pair, segment) in expected.EnumerateArray().Zip(actual))
        {
            double weight = Held(Weight(pair[1]));
            Assert.True(Math.Abs(segment.Weight - weight) <= 1e-12 * Math.Abs(weight), $"'{segment.Text}': weight {segment.Weight:r}, golden {weight:r}");
        }
    }

    /// <summary>A golden weight: a number, or one of the three names that JSON has no number for.</summary>
    internal static double Weight(JsonElement weight) => weight.ValueKind == JsonValueKind.Number
        ? weight.GetDouble()
        : double.Parse(weight.GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The clamp that the reference's README demands of this implementation.</summary>
    internal static double Held(double weight) => double.IsNaN(weight) ? 1 : Math.Clamp(weight, -1000, 1000);
}
