using System.Text.Json;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Parity.Models;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Training;

/// <summary>Loss and the gradient of every trained tensor.</summary>
public class GradientTests
{
    static readonly Dictionary<string, JsonElement> Index = Training.Cases.Of("gradients", "expected");

    public static TheoryData<string> Cases => [.. Index.Where(c => c.Value.GetProperty("lora").ValueKind == JsonValueKind.String).Select(c => c.Key)];

    [Theory, MemberData(nameof(Cases))]
    public void Match(string name)
    {
        using var scope = NewDisposeScope();
        var c = Index[name];
        using var expected = new Golden(Reference.At("training", c.GetProperty("expected").GetString()!));
        var model = new TrainingModel();
        using var adapters = model.Continue(c.GetProperty("lora").GetString()!);
        using var step = new GoldenStep(name, c.GetProperty("settings"), expected);

        var velocity = step.Velocity(model);
        if (expected.Optional("pred") is { } pred) Distance.Within(velocity, pred, relativeL2: 1e-5, what: "pred");
        var loss = step.Loss(velocity);
        loss.backward();

        Assert.Equal(c.GetProperty("loss").GetDouble(), loss.item<float>(), 1e-5 * c.GetProperty("loss").GetDouble());
        var parameters = adapters.Groups.SelectMany(g => g.Parameters).ToDictionary(p => p.Name, p => p.Value);
        string[] trained = [.. expected.Names.Where(n => n.StartsWith("grad.", StringComparison.Ordinal)).Select(n => n["grad.".Length..])];
        Assert.Equal(trained.Order(StringComparer.Ordinal), parameters.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(c.GetProperty("tensors").GetInt32(), trained.Length);
        foreach (var key in trained) Same(parameters[key].grad!, expected["grad." + key], key);

        double norm = Math.Sqrt(parameters.Values.Sum(p => Math.Pow(p.grad!.norm().item<float>(), 2)));
        if (c.TryGetProperty("grad_norm", out var known)) Assert.Equal(known.GetDouble(), norm, 1e-4 * known.GetDouble());
    }

    internal static void Same(Tensor gradient, Tensor golden, string what)
    {
        if (golden.count_nonzero().item<long>() == 0) Assert.True(gradient.count_nonzero().item<long>() == 0, $"{what} must be exactly zero");
        else Distance.Within(gradient, golden, relativeL2: 1e-4, what: what);
    }
}
