using System.Text.Json;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Training;

/// <summary>What is trained of the official model, whose tensors are known by name and size: kohya's choice, and more on request.</summary>
public class OfficialLayersTests
{
    const int PerBlock = 10;

    readonly WeightScope diffusion = Scope("anima-base-v1.0.json", "net."), textEncoder = Scope("qwen_3_06b_base.json", "model.");
    readonly AnimaTransformer transformer;
    readonly TextAdapter adapter;
    readonly Qwen3 encoder;

    public OfficialLayersTests() => (transformer, adapter, encoder) = (new(diffusion), new(diffusion["llm_adapter"]), new(textEncoder));

    [Fact]
    public void The_default_is_ten_layers_of_each_block()
    {
        using var adapters = new AdapterSet(diffusion, textEncoder, new() { Rank = 1 }, seed: 1);
        Assert.Equal(PerBlock * transformer.Shape.Blocks, adapters.Layers);
        long parameters = adapters.Groups.SelectMany(g => g.Parameters).Sum(p => p.Value.numel());
        Assert.Equal(diffusion.Linears.Values.Where(l => l.Name.StartsWith("blocks.", StringComparison.Ordinal) && !l.Name.Contains("adaln", StringComparison.Ordinal)).Sum(l => l.Weight.Stored.shape.Sum()), parameters);
        if (transformer.Shape is { Blocks: 28, Width: 2048 }) Assert.Equal((280, 1_433_600), (adapters.Layers, parameters));
    }

    [Fact]
    public void More_is_trained_on_request()
    {
        using var adapters = new AdapterSet(diffusion, textEncoder, new() { Rank = 1, TrainModulation = true, TrainTextAdapter = true, TrainTextEncoder = true }, seed: 1);
        Assert.Equal((PerBlock + 6) * transformer.Shape.Blocks + PerBlock * adapter.Shape.Layers + 7 * encoder.Shape.Layers, adapters.Layers);
        Assert.DoesNotContain(adapters.Tensors.Keys, name => name.Contains("final_layer", StringComparison.Ordinal) || name.Contains("embedder", StringComparison.Ordinal));
    }

    // Only the sizes are read: the tensors have no memory.
    static WeightScope Scope(string file, string prefix)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Reference.At("manifest", file)));
        return new(json.RootElement.GetProperty("tensors").EnumerateObject().ToDictionary(
            t => t.Name.StartsWith(prefix, StringComparison.Ordinal) ? t.Name[prefix.Length..] : t.Name,
            t => { long[] shape = [.. t.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())]; return new Func<Tensor>(() => empty(shape, device: META)); }));
    }
}
