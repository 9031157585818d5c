using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Tests.Pipeline;
using Animarium.Diffusion.Tests.Weights;
using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Lora;

/// <summary>LoRAs merged into checkpoints and taken out of them again, on the model that ships.</summary>
public sealed class CheckpointToolsTests : IDisposable
{
    const string Module = "blocks.1.self_attn.q_proj";
    const int Rank = 3;

    static readonly string Model = MiniModel.Transformer;

    readonly TemporaryFolder folder = new();

    string Merged => Path.Combine(folder.Path, "merged.safetensors");

    string Lora => Path.Combine(folder.Path, "lora.safetensors");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_LoRA_merged_into_a_checkpoint_and_extracted_is_the_LoRA()
    {
        string wide = Wide();
        var delta = WriteLora(0.5);
        Merge(wide, 0.7);

        using Checkpoint tuned = Checkpoint.Open(Merged), original = Checkpoint.Open(wide);
        Assert.Equal(original.Family.Name, tuned.Family.Name);
        Assert.Equal(original.Entries.Keys.Order(), tuned.Entries.Keys.Order());
        var extraction = new LoraExtraction(tuned, original);
        foreach (var choice in new RankChoice[] { new(Rank), new(null, 1 - 1e-6) })
        {
            var layer = Assert.Single(extraction.Layers(choice, ScalarType.Float32));
            Assert.Equal((Module, Rank), (layer.Layer.Module, layer.Layer.Rank));
            var back = layer.Layer.Tensors["lora_up"].mm(layer.Layer.Tensors["lora_down"]);
            Assert.InRange(((back - delta.Times(0.7)).norm() / delta.Times(0.7).norm()).item<float>(), 0, 1e-4);
            Assert.InRange(layer.Error, 0, 1e-4);
        }
        Assert.Empty(extraction.LeftOut);
    }

    [Fact]
    public void Merging_tells_what_rounding_took_and_leaves_every_other_byte()
    {
        WriteLora(0.01);
        var weight = Assert.Single(Merge(Model, 1));
        Assert.Equal(Module + ".weight", weight.Weight);
        Assert.InRange(weight.Error, 1e-4, 1); // bf16 has 8 bits

        using SafeTensorsFile before = SafeTensorsFile.Open(Model), after = SafeTensorsFile.Open(Merged);
        var different = before.Entries.Keys.Where(name => !before.Read(name).equal(after.Read(name)).all().item<bool>());
        Assert.EndsWith(Module + ".weight", Assert.Single(different), StringComparison.Ordinal);
        Assert.All(before.Entries, e => Assert.Equal(e.Value.DType, after.Entries[e.Key].DType));
    }

    [Fact]
    public void Norms_that_differ_are_named_not_forgotten()
    {
        string wide = Wide(), other = Path.Combine(folder.Path, "other.safetensors"), norm = "blocks.0.self_attn.q_norm.weight";
        using (var file = SafeTensorsFile.Open(wide))
            SafeTensorsWriter.Write(other, file.Entries.Keys.ToDictionary(name => name, name => name.Replace("net.", "") == norm ? file.Read(name).Plus(1) : file.Read(name)));
        using Checkpoint tuned = Checkpoint.Open(other), original = Checkpoint.Open(wide);
        var extraction = new LoraExtraction(tuned, original);
        Assert.Empty(extraction.Layers(new(4), ScalarType.Float32));
        Assert.Equal([norm], extraction.LeftOut);
    }

    [Fact]
    public void A_merge_that_is_cancelled_leaves_the_old_file()
    {
        WriteLora(0.5);
        File.WriteAllText(Merged, "old");
        using var cancel = new CancellationTokenSource();
        using var checkpoint = Checkpoint.Open(Model);
        using var file = LoraFile.Open(Lora);
        var merge = new CheckpointMerge(checkpoint, [(file, 1)]);
        Assert.Throws<OperationCanceledException>(() => merge.Write(Merged, checkpoint.Metadata, _ => cancel.Cancel(), cancel.Token));
        Assert.Equal("old", File.ReadAllText(Merged));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void A_quantised_weight_is_refused()
    {
        WriteLora(0.5);
        string small = Path.Combine(folder.Path, "fp8.safetensors");
        using (var file = SafeTensorsFile.Open(Model))
            SafeTensorsWriter.Write(small, file.Entries.Keys.ToDictionary(name => name, name => name.EndsWith(Module + ".weight", StringComparison.Ordinal) ? file.Read(name).to(StoredTypes.Float8E4M3) : file.Read(name)));
        using var checkpoint = Checkpoint.Open(small);
        using var lora = LoraFile.Open(Lora);
        var error = Assert.Throws<LoraException>(() => new CheckpointMerge(checkpoint, [(lora, 1)]));
        Assert.Equal(LoraIssueCode.Quantised, error.Issue.Code);
        Assert.Contains(Module, error.Message, StringComparison.Ordinal);
    }

    /// <summary>The shipped model in fp32, so that differences are exact.</summary>
    string Wide()
    {
        string path = Path.Combine(folder.Path, "wide.safetensors");
        using var file = SafeTensorsFile.Open(Model);
        SafeTensorsWriter.Write(path, [.. file.Entries.Values.Select(e => new StoredTensor(e.Name, ScalarType.Float32, e.Shape, () => file.Read(e.Name).to(float32)))]);
        return path;
    }

    /// <summary>Writes a LoRA of one layer and gives its change.</summary>
    Tensor WriteLora(double size)
    {
        using var checkpoint = Checkpoint.Open(Model);
        var shape = checkpoint.DiffusionModel!.Take(Module + ".weight").Stored.shape;
        using var random = new Generator(5);
        Tensor up = randn([shape[0], Rank], generator: random).Times(size), down = randn([Rank, shape[1]], generator: random).Times(0.1);
        LoraWriter.Write(Lora, [new(LoraNetwork.Transformer, Module, new Dictionary<string, Tensor> { ["lora_up"] = up, ["lora_down"] = down }, null)], new() { Type = ScalarType.Float32 });
        return up.mm(down);
    }

    List<MergedWeight> Merge(string model, double strength)
    {
        var weights = new List<MergedWeight>();
        using var checkpoint = Checkpoint.Open(model);
        using var lora = LoraFile.Open(Lora);
        var merge = new CheckpointMerge(checkpoint, [(lora, strength)]);
        Assert.Empty(Assert.Single(merge.Loras).Warnings);
        merge.Write(Merged, checkpoint.Metadata, weights.Add);
        return weights;
    }
}
