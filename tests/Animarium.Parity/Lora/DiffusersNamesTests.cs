using System.Text.Json;
using Animarium.Diffusion.Weights;
using Xunit;

namespace Animarium.Parity.Lora;

/// <summary>Every name of the transformer and the adapter, there and back.</summary>
public class DiffusersNamesTests
{
    static readonly string File = Reference.At("manifest", "diffusers-names.json");

    /// <summary>Official and diffusers name of every tensor, for some block numbers.</summary>
    public static TheoryData<string, string> Pairs()
    {
        using var json = JsonDocument.Parse(System.IO.File.ReadAllText(File));
        var pairs = new TheoryData<string, string>();
        foreach (var pair in json.RootElement.GetProperty("transformer_and_text_conditioner").EnumerateObject())
            foreach (var i in pair.Name.Contains("{i}", StringComparison.Ordinal) ? (string[])["0", "27", "51"] : [""])
            {
                string diffusers = pair.Value.GetString()!.Replace("{i}", i, StringComparison.Ordinal);
                pairs.Add(pair.Name.Replace("{i}", i, StringComparison.Ordinal)["net.".Length..],
                    diffusers.StartsWith("transformer/", StringComparison.Ordinal) ? diffusers["transformer/".Length..] : diffusers.Replace('/', '.'));
            }
        return pairs;
    }

    [Theory, MemberData(nameof(Pairs))]
    public void EveryNameThereAndBack(string official, string diffusers)
    {
        Assert.Equal(diffusers, DiffusersNames.FromOfficial(official));
        Assert.Equal(official, DiffusersNames.ToOfficial(diffusers));
    }
}
