using System.Text.Json;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Optimizers;
using Animarium.Parity.Models;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Training;

/// <summary>The model's own weights: loss, gradients, and their values after a step of AdamW.</summary>
public class FullFineTuneTests
{
    static readonly Dictionary<string, JsonElement> Index = Training.Cases.Of("gradients", "expected");

    public static TheoryData<string> Cases => [.. Index.Where(c => c.Value.GetProperty("lora").ValueKind == JsonValueKind.Null).Select(c => c.Key)];

    [Theory, MemberData(nameof(Cases))]
    public void Match(string name)
    {
        using var scope = NewDisposeScope();
        var c = Index[name];
        using var expected = new Golden(Reference.At("training", c.GetProperty("expected").GetString()!));
        var model = new TrainingModel();
        using var weights = new TrainableWeights(model.Diffusion, null, new() { LearningRate = 1e-4 });
        using var step = new GoldenStep(name, c.GetProperty("settings"), expected);
        var parameters = weights.Groups.SelectMany(g => g.Parameters).ToDictionary(p => p.Name, p => p.Value);

        var loss = step.Loss(step.Velocity(model));
        loss.backward();

        Assert.Equal(c.GetProperty("loss").GetDouble(), loss.item<float>(), 1e-5 * c.GetProperty("loss").GetDouble());
        Assert.Equal(model.Diffusion.Taken.Count(w => !w.Name.StartsWith("llm_adapter.", StringComparison.Ordinal)), parameters.Count);
        string[] compared = [.. expected.Names.Where(n => n.StartsWith("grad.", StringComparison.Ordinal)).Select(n => n["grad.".Length..])];
        Assert.Equal(c.GetProperty("tensors").GetInt32(), compared.Length);
        foreach (var key in compared) GradientTests.Same(parameters[key].grad!, expected["grad." + key], key);

        using var optimizer = OptimizerKinds.Find("AdamW").Read(new Dictionary<string, string> { ["betas"] = "0.9,0.999", ["eps"] = "1e-8", ["weight_decay"] = "0.01" }).Make(weights.Groups);
        optimizer.Step();
        foreach (var key in compared) Distance.Within(parameters[key], expected["after." + key], relativeL2: 1e-6, what: "after." + key);
    }
}
