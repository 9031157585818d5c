using System.Text.Json;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Diffusion.Weights;
using Animarium.Parity.Models;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Training;

/// <summary>One layer with each kind of adapter: output, and the gradients of every factor and of the input.</summary>
public class LayerTests
{
    const string Layer = "blocks.0.mlp.layer1", KohyaLayer = "lora_unet_blocks_0_mlp_layer1";

    static readonly Dictionary<string, JsonElement> Index = Training.Cases.Of("layers", "file");

    public static TheoryData<string> Cases => [.. Index.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Match(string name)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(Reference.At("training", Index[name].GetProperty("file").GetString()!));
        double tolerance = name.StartsWith("oft", StringComparison.Ordinal) ? 1e-4 : 1e-5;
        var weights = new WeightScope(new Dictionary<string, Func<Tensor>> { [Layer + ".weight"] = () => golden["weight"] });
        var linear = weights.Linear(Layer);
        using var adapters = Adapters(golden, name, Index[name].GetProperty("settings"), weights);
        var x = golden["x"].requires_grad_();

        using (adapters.Step(Step(golden)))
        {
            var y = linear.Forward(x);
            Distance.Within(y, golden["y"], relativeL2: tolerance, what: "y");
            var loss = (y * golden["cotangent"]).sum();
            // A sum of products of both signs: its error is that of the output, measured against what it sums.
            Assert.Equal(golden["loss"].item<float>(), loss.item<float>(), tolerance * (golden["y"].norm() * golden["cotangent"].norm()).item<float>());
            Backward.Run(loss);
        }

        Distance.Within(x.grad!, golden["grad.x"], relativeL2: tolerance, what: "grad.x");
        var factors = adapters.Groups.SelectMany(g => g.Parameters).ToDictionary(p => p.Name[(KohyaLayer.Length + 1)..], p => p.Value.grad!);
        string[] trained = [.. golden.Names.Where(n => n.StartsWith("grad.", StringComparison.Ordinal) && n != "grad.x").Select(n => n["grad.".Length..])];
        Assert.Equal(trained.Order(StringComparer.Ordinal), factors.Keys.Order(StringComparer.Ordinal));
        foreach (var factor in trained) Distance.Within(factors[factor], golden["grad." + factor], relativeL2: tolerance, what: factor);
    }

    static AdapterSet Adapters(Golden golden, string name, JsonElement settings, WeightScope weights)
    {
        double Number(string key) => settings.TryGetProperty(key, out var value) ? value.GetDouble() : 0;
        var options = new AdapterOptions
        {
            Kind = KindOf(golden, name),
            Dropout = Number("dropout"),
            RankDropout = Number("rank_dropout"),
            DoraThroughNorm = name.EndsWith("lycoris", StringComparison.Ordinal),
        };
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            SafeTensorsWriter.Write(file, Start(golden, settings));
            using var start = LoraFile.Open(file);
            return new(weights, null, options, seed: 0, start);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The case's factors as a LoRA file holds them.</summary>
    static Dictionary<string, Tensor> Start(Golden golden, JsonElement settings)
    {
        var start = golden.Names.Where(n => n.StartsWith("param.", StringComparison.Ordinal)).ToDictionary(n => $"{KohyaLayer}.{n["param.".Length..]}", n => golden[n]);
        if (golden.Optional("alpha") is { } alpha) start[KohyaLayer + ".alpha"] = alpha;
        if (settings.TryGetProperty("constraint", out var constraint)) start[KohyaLayer + ".alpha"] = tensor((float)constraint.GetDouble());
        if (start.ContainsKey(KohyaLayer + ".weight")) start[KohyaLayer + ".on_input"] = tensor(0f);
        return start;
    }

    static AdapterKind KindOf(Golden golden, string name) =>
        golden.Names.Contains("param.dora_scale") ? AdapterKind.Dora
        : golden.Names.Contains("param.hada_w1_a") ? AdapterKind.Loha
        : golden.Names.Any(n => n.StartsWith("param.lokr", StringComparison.Ordinal)) ? AdapterKind.Lokr
        : golden.Names.Contains("param.oft_blocks") ? AdapterKind.Oft
        : golden.Names.Contains("param.weight") ? AdapterKind.Ia3
        : golden.Names.Contains("param.lora_down.weight") ? AdapterKind.Lora
        : throw new NotSupportedException($"{name} is of an unknown kind.");

    /// <summary>A step whose layer draws the stored numbers; a stored mask is 1 where something is kept, as a number above any probability keeps it.</summary>
    static AdapterStep Step(Golden golden) => new(zeros(golden["x"].shape[0]), _ => new Stored(golden.Optional("keep_mask") ?? golden.Optional("uniform")));

    sealed class Stored(Tensor? numbers) : IUniformSource
    {
        public Tensor Uniform(params ReadOnlySpan<long> shape)
        {
            Assert.Equal(numbers!.shape, shape.ToArray());
            return numbers;
        }
    }
}
