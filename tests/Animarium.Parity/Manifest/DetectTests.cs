using System.Text.Json;
using Animarium.Diffusion.Weights;
using Xunit;

namespace Animarium.Parity.Manifest;

/// <summary>Headers of files of every family, ours and others'.</summary>
public class DetectTests
{
    static readonly Dictionary<string, JsonElement> Cases = File.ReadLines(Reference.At("manifest", "detect.jsonl"))
        .Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(c => c.GetProperty("name").GetString()!);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Tells_the_family(string name)
    {
        var entries = Cases[name].GetProperty("tensors").EnumerateObject().ToDictionary(t => t.Name, t => new TensorEntry(
            t.Name, t.Value.GetProperty("dtype").GetString()!, [.. t.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())], 0, 0));
        var metadata = Cases[name].GetProperty("metadata").EnumerateObject().ToDictionary(m => m.Name, m => m.Value.ToString());

        var family = Family.Detect(entries, metadata);

        foreach (var expected in Cases[name].GetProperty("expected").EnumerateObject())
            Check(family, expected.Name, expected.Value);
        Assert.NotEmpty(family.Description.English);
        Assert.NotEmpty(family.Description.Japanese);
    }

    static void Check(Family family, string key, JsonElement expected)
    {
        switch (key)
        {
            case "family":
                Assert.Equal(expected.GetString(), family.Name);
                break;
            case "accept":
                Assert.Equal(expected.ValueKind switch { JsonValueKind.True => Acceptance.Accepted, JsonValueKind.False => Acceptance.Refused, _ => Acceptance.InPart }, family.Acceptance);
                break;
            case "rank":
                Assert.Equal(Several(expected).Select(r => r.GetInt64()).Order(), family.Ranks);
                break;
            case "contains":
                string[] parts = [.. family.Contains.Append(family).SelectMany(part => new[] { part.Name, part.Kind.ToString() }).Select(Plain)];
                Assert.All(Several(expected), part => Assert.Contains(Plain(part.GetString()!), parts));
                break;
            default:
                Assert.Equal(expected.GetInt64(), family.Sizes.GetValueOrDefault(key));
                break;
        }
    }

    static JsonElement[] Several(JsonElement value) => value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];

    /// <summary>"text encoder", "text_encoder" and TextEncoder are one.</summary>
    static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
