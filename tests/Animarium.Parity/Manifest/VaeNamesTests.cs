using System.Text.Json;
using Animarium.Diffusion.Weights;
using Xunit;

namespace Animarium.Parity.Manifest;

public class VaeNamesTests
{
    public static TheoryData<string, string> Pairs
    {
        get
        {
            using var json = JsonDocument.Parse(File.ReadAllText(Reference.At("manifest", "diffusers-names.json")));
            var data = new TheoryData<string, string>();
            foreach (var pair in json.RootElement.GetProperty("vae").EnumerateObject()) data.Add(pair.Name, pair.Value.GetString()!);
            return data;
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Every_name_there_and_back(string original, string diffusers)
    {
        Assert.Equal(diffusers, DiffusersVaeNames.FromOriginal(original));
        Assert.Equal(original, DiffusersVaeNames.ToOriginal(diffusers));
    }
}
