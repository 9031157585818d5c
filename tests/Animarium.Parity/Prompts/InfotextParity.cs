using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Animarium.Studio.Prompts;
using Xunit;

namespace Animarium.Parity.Prompts;

public partial class InfotextParity
{
    public static TheoryData<string, int> Texts => PromptCases.Of("infotext.json", "parse");

    public static TheoryData<string, int> Requests => PromptCases.Of("infotext.json", "write");

    [Theory, MemberData(nameof(Texts))]
    public void Parse(string name, int index)
    {
        var golden = PromptCases.At("infotext.json", "parse", index);
        Assert.NotNull(name);
        var expected = golden.GetProperty("parsed");
        var actual = Infotext.Parse(golden.GetProperty("text").GetString()!);
        Assert.Equal(expected.GetProperty("prompt").GetString(), actual.Prompt);
        Assert.Equal(expected.GetProperty("negative").GetString(), actual.Negative);
        Assert.Equal(expected.GetProperty("fields").EnumerateArray().Select(field => KeyValuePair.Create(field[0].GetString()!, field[1].GetString()!)), actual.Fields);
        Assert.Equal(expected.GetProperty("json").EnumerateArray().Select(pair => pair[0].GetString()), actual.Json.Select(pair => pair.Key));
        foreach (var (pair, node) in expected.GetProperty("json").EnumerateArray().Zip(actual.Json))
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(pair[1].GetRawText()), node.Value), $"{node.Key}: {node.Value}");
        var size = expected.GetProperty("size");
        Assert.Equal(size.ValueKind == JsonValueKind.Null ? null : (size[0].GetInt32(), size[1].GetInt32()), actual.Size);
    }

    [Theory, MemberData(nameof(Requests))]
    public void Write(string name, int index)
    {
        var golden = PromptCases.At("infotext.json", "write", index);
        Assert.NotNull(name);
        var fields = golden.GetProperty("params").EnumerateArray().Select(pair => KeyValuePair.Create(pair[0].GetString()!, Value(pair[1])));
        // The one deliberate difference: 4 for 4.0.
        string expected = WholeNumber().Replace(golden.GetProperty("text").GetString()!, "$1");
        Assert.Equal(expected, Infotext.Write(golden.GetProperty("prompt").GetString()!, golden.GetProperty("negative").GetString()!, fields));
    }

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number => value.TryGetInt64(out long whole) ? whole : value.GetDouble(),
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
        _ => value.GetString(),
    };

    [GeneratedRegex(@"(?<=: )(\d+)\.0(?=,|\z)")]
    private static partial Regex WholeNumber();
}
