using System.Text.Json;
using Animarium.Diffusion.Weights;
using Xunit;

namespace Animarium.Parity.Manifest;

/// <summary>The tell-tale tensors of every family, alone and behind each of its prefixes, and the sentence to say.</summary>
public class FamiliesTests
{
    static readonly Dictionary<string, JsonElement> Families = JsonDocument.Parse(File.ReadAllText(Reference.At("manifest", "families.json")))
        .RootElement.GetProperty("families").EnumerateArray().ToDictionary(f => f.GetProperty("family").GetString()!);

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (name, family) in Families.Where(f => !f.Value.TryGetProperty("same_tensors_as", out _)))
                foreach (var prefix in family.TryGetProperty("prefixes", out var prefixes) ? prefixes.EnumerateArray().Select(p => p.GetString()!) : [""])
                    data.Add(name, prefix);
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Are_told_by_their_tensors(string name, string prefix)
    {
        var entries = new[] { "all_of", "example", "example_names" }.Where(key => Families[name].TryGetProperty(key, out _)).SelectMany(key => Tensors(Families[name].GetProperty(key)))
            .ToDictionary(t => prefix + t.Name, t => new TensorEntry(prefix + t.Name, "BF16", t.Shape, 0, 0));

        var family = Family.Detect(entries, new Dictionary<string, string>());

        // Our names may be shorter than the list's, which tells sizes and programs apart (wan2.1-t2v-14b, sdxl-lora-kohya).
        Assert.StartsWith(family.Name, name, StringComparison.Ordinal);
        var accept = Families[name].GetProperty("accept");
        Assert.Equal(accept.ValueKind switch { JsonValueKind.True => Acceptance.Accepted, JsonValueKind.False => Acceptance.Refused, _ => Acceptance.InPart }, family.Acceptance);
        if (Families[name].TryGetProperty("say", out var sentence)) Assert.StartsWith(sentence.GetString()!, family.Description.English, StringComparison.Ordinal);
    }

    static IEnumerable<(string Name, long[] Shape)> Tensors(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? list.EnumerateArray().Select(n => (n.GetString()!, (long[])[1]))
        : list.EnumerateObject().Select(t => (t.Name, (long[])[.. t.Value.EnumerateArray().Select(n => n.GetInt64())]));
}
