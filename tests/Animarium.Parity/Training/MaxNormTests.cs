using System.Text.Json;
using Animarium.Parity.Models;
using Xunit;

namespace Animarium.Parity.Training;

/// <summary>The max-norm step.</summary>
public class MaxNormTests
{
    [Fact]
    public void Scales_what_is_too_large()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Reference.At("training", "layers", "scale-weight-norms.json")));
        var known = json.RootElement;
        using var after = new Golden(Reference.At("training", "layers", "scale-weight-norms.safetensors"));
        using var adapters = new TrainingModel().Continue(known.GetProperty("lora").GetString()!);

        var (scaled, mean, largest) = adapters.LimitNorms(known.GetProperty("max_norm").GetDouble());

        Assert.Equal(known.GetProperty("keys_scaled").GetInt32(), scaled);
        Assert.Equal(known.GetProperty("mean_norm").GetDouble(), mean, 1e-5);
        Assert.Equal(known.GetProperty("max_norm_after").GetDouble(), largest, 1e-5);
        foreach (var name in after.Names) Distance.Within(adapters.Tensors[name["after.".Length..]], after[name], relativeL2: 1e-5, what: name);
    }
}
