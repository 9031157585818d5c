using System.Text.Json;
using Animarium.Diffusion.Training;
using Animarium.Parity.Models;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Training;

/// <summary>The moving average of weights.</summary>
public class WeightAverageTests
{
    static readonly JsonElement Index = JsonDocument.Parse(File.ReadAllText(Reference.At("training", "ema.json"))).RootElement;

    public static TheoryData<string> Cases => [.. Index.EnumerateObject().Select(c => c.Name)];

    [Theory, MemberData(nameof(Cases))]
    public void Match(string name)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(Reference.At("training", "ema.safetensors"));
        var (settings, weights, shadow) = (Index.GetProperty(name), golden[$"{name}.params"], golden[$"{name}.shadow"]);
        double Number(string key) => settings.GetProperty(key).GetDouble();
        var trained = weights[0].clone().requires_grad_();
        using var average = new WeightAverage([new("all", [new("w", trained)], 1)], new()
        {
            Decay = Number("decay"), MinDecay = Number("min_decay"), UpdateAfterStep = settings.GetProperty("update_after_step").GetInt32(),
            UseWarmup = settings.GetProperty("use_ema_warmup").GetBoolean(), InverseGamma = Number("inv_gamma"), Power = Number("power"),
        });
        for (long step = 0; step < shadow.shape[0]; step++)
        {
            using (no_grad()) trained.copy_(weights[step + 1]);
            average.Update();
            Assert.Equal(golden[$"{name}.decay"][step].to(float64).item<double>(), average.Decay, 1e-6);
            Distance.Within(average.Tensors["w"], shadow[step], maxAbs: 1e-6, what: $"step {step}");
        }
    }
}
