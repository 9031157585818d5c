using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Weights;

/// <summary>What a path can hold instead of a model.</summary>
public sealed class CheckpointTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_empty_folder_holds_no_model() => Refused(folder.Path, "holds no .safetensors file");

    [Fact]
    public void Two_files_in_a_folder_need_a_choice()
    {
        Write("a.safetensors", "x");
        Write("b.safetensors", "x");
        Refused(folder.Path, "holds 2 .safetensors files. Choose one");
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        Write("model-00001-of-00002.safetensors", "a");
        Index("""{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");
        Refused(folder.Path, "its part model-00002-of-00002.safetensors isn't beside it", SafeTensorsProblem.Truncated);
    }

    [Fact]
    public void A_tensor_that_is_not_in_its_shard_is_named()
    {
        Write("model-00001-of-00001.safetensors", "a");
        Index("""{"weight_map":{"a":"model-00001-of-00001.safetensors","b":"model-00001-of-00001.safetensors"}}""");
        Refused(folder.Path, "tensor 'b' should be in model-00001-of-00001.safetensors");
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"../a.safetensors"}}""")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""")]
    [InlineData("""{"weight_map":{"a":"C:a.safetensors"}}""")]
    public void An_index_does_not_reach_into_other_folders(string index)
    {
        Write("a.safetensors", "a");
        Index(index);
        Refused(folder.Path, "doesn't say by \"weight_map\" which file beside it");
    }

    [Fact]
    public void A_file_of_unknown_tensors_opens_and_says_that_it_is_unknown()
    {
        using var checkpoint = Checkpoint.Open(Write("a.safetensors", "some.tensor"));
        Assert.Equal(("unknown", Acceptance.Refused), (checkpoint.Family.Name, checkpoint.Family.Acceptance));
        Assert.Null(checkpoint.DiffusionModel ?? checkpoint.TextEncoder ?? checkpoint.Vae);
        Assert.Equal(1, checkpoint.Weights.Take("some.tensor").Stored.item<float>());
    }

    [Fact]
    public void Names_beside_a_weight_that_say_how_it_is_quantised_are_not_unexpected()
    {
        var weights = new WeightScope(new Dictionary<string, Func<Tensor>>
        {
            ["a.weight"] = () => ones(2, 2), ["a.scale_weight"] = () => tensor(3f), ["a.scale_input"] = () => ones(1), ["scaled_fp8"] = () => empty(0), ["b.weight_scale"] = () => ones(1),
        });
        Assert.Equal(12, weights.Linear("a").Weight.As(ScalarType.Float32, CPU).sum().item<float>());
        Assert.Equal(["b.weight_scale"], weights.Unexpected);
    }

    [Fact]
    public void Dequantising_leaves_the_stored_values_alone()
    {
        var stored = ones(4, 4);
        var weight = new Weight("a.weight", stored, tensor(new[,] { { 2f }, { 3f } }));
        Assert.Equal(40, weight.As(ScalarType.Float32, CPU).sum().item<float>());
        Assert.Equal(16, stored.sum().item<float>());
    }

    static void Refused(string path, string says, SafeTensorsProblem problem = SafeTensorsProblem.NotSafeTensors)
    {
        var error = Assert.Throws<SafeTensorsException>(() => Checkpoint.Open(path));
        Assert.Equal(problem, error.Problem);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    string Write(string file, string tensor)
    {
        string path = Path.Combine(folder.Path, file);
        SafeTensorsWriter.Write(path, new Dictionary<string, Tensor> { [tensor] = ones(1) });
        return path;
    }

    void Index(string json) => File.WriteAllText(Path.Combine(folder.Path, "model.safetensors.index.json"), json);
}
