using System.Text.Json;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Diffusion.Weights;
using Animarium.Parity.Models;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Training;

/// <summary>Blocks that are run again in the backward pass, and blocks whose weights come and go, give the gradients of the plain way.</summary>
public class CheckpointingTests
{
    static readonly Dictionary<string, JsonElement> Index = Training.Cases.Of("gradients", "expected");

    public static TheoryData<string> Cases => [.. Index.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Recomputed_blocks_give_the_same_gradients(string name)
    {
        var model = new TrainingModel();
        var plain = Gradients(model, name);
        model.Transformer.Checkpointing = true;
        Same(plain, Gradients(model, name), IsWhole(name));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Streamed_blocks_give_the_same_gradients_within_the_limit(string name)
    {
        var model = new TrainingModel();
        var plain = Gradients(model, name);
        long whole = model.Diffusion["blocks"].Taken.Sum(w => w.Stored.numel() * sizeof(float));
        model.Transformer.BlockMemory = new(CPU, ScalarType.Float32, limit: whole / 2);
        Same(plain, Gradients(model, name), IsWhole(name));
        Assert.Equal(0, model.Transformer.BlockMemory.Used);
        // A model that is trained whole has its weights in memory anyway.
        if (!IsWhole(name)) Assert.InRange(model.Transformer.BlockMemory.Peak, 1, whole / 2);
    }

    static Dictionary<string, Tensor> Gradients(TrainingModel model, string name)
    {
        using var scope = NewDisposeScope();
        var c = Index[name];
        using var expected = new Golden(Reference.At("training", c.GetProperty("expected").GetString()!));
        // Dropouts too must be the same in both runs of a block.
        var options = new AdapterOptions { Dropout = 0.1, RankDropout = 0.2, ModuleDropout = 0.1, MinRank = 1 };
        using IDisposable trained = IsWhole(name) ? new TrainableWeights(model.Diffusion, null, new()) : model.Continue(c.GetProperty("lora").GetString()!, options);
        var groups = trained is AdapterSet adapters ? adapters.Groups : ((TrainableWeights)trained).Groups;
        using var step = new GoldenStep(name, c.GetProperty("settings"), expected);
        using (trained is AdapterSet set ? set.Step(step.Sigma, seed: 7) : null) Backward.Run(step.Loss(step.Velocity(model)));
        // A layer that is left out of the step has no gradient.
        return groups.SelectMany(g => g.Parameters).Where(p => p.Value.grad is not null).ToDictionary(p => p.Name, p => p.Value.grad!.clone().DetachFromDisposeScope());
    }

    static bool IsWhole(string name) => Index[name].GetProperty("lora").ValueKind == JsonValueKind.Null;

    // To the bit; only the gradients of keys and values, which all weights of a model read, are summed in another order of memory.
    static void Same(Dictionary<string, Tensor> plain, Dictionary<string, Tensor> other, bool isWhole)
    {
        Assert.Equal(plain.Keys, other.Keys);
        foreach (var (name, gradient) in plain)
            if (isWhole) Distance.Within(other[name], gradient, relativeL2: 1e-6, what: name);
            else Assert.True(gradient.equal(other[name]).all().item<bool>(), $"{name} differs by {Distance.RelativeL2(other[name], gradient):g3}");
    }
}
