using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Tests.Weights;
using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Lora;

/// <summary>Merging, resizing and writing LoRAs, on layers whose exact changes are computed beside them.</summary>
public sealed class LoraToolsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    string Written => Path.Combine(folder.Path, "written.safetensors");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("lora", "lora")]
    [InlineData("lora", "lora", "lora")]
    public void Standing_factors_beside_each_other_equals_applying_one_after_another(params string[] forms)
    {
        var makers = forms.Select((form, n) => LoraFileMaker.Of(form, seed: n)).ToList();
        double[] strengths = [0.8, -0.5, 1.3];
        var network = new SmallNetwork();
        foreach (var (maker, strength) in makers.Zip(strengths)) network.Add(maker, strength);

        Write(Merge(makers, strengths, null));

        AssertSame(network.Merged(), Applied(Written), 1e-6);
        using var file = LoraFile.Open(Written);
        Assert.Equal([2L * forms.Length], file.Ranks);
        makers.ForEach(m => m.Dispose());
    }

    [Theory]
    [InlineData("lora", "lora-diff")]
    [InlineData("loha", "lokr")]
    [InlineData("full", "lora")]
    public void Dense_forms_merge_exactly_at_the_full_rank(params string[] forms)
    {
        var makers = forms.Select((form, n) => LoraFileMaker.Of(form, seed: n)).ToList();
        double[] strengths = [0.8, -0.5];
        var network = new SmallNetwork();
        foreach (var (maker, strength) in makers.Zip(strengths)) network.Add(maker, strength);

        var layers = Merge(makers, strengths, new(rank: (int)SmallNetwork.In));

        Write(layers);
        AssertSame(network.Merged(), Applied(Written), 2e-6);
        Assert.All(layers, layer => Assert.InRange(layer.Error, 0, 1e-5));
        makers.ForEach(m => m.Dispose());
    }

    [Theory]
    [InlineData("dora", LoraIssueCode.NeedsBase)]
    [InlineData("glora", LoraIssueCode.NeedsBase)]
    [InlineData("ia3", LoraIssueCode.NeedsBase)]
    [InlineData("oft", LoraIssueCode.NeedsBase)]
    [InlineData("boft", LoraIssueCode.NeedsBase)]
    [InlineData("set", LoraIssueCode.NeedsBase)]
    [InlineData("loha", LoraIssueCode.NeedsRank)]
    [InlineData("lokr", LoraIssueCode.NeedsRank)]
    public void What_a_LoRA_cannot_hold_is_refused_by_name(string form, LoraIssueCode code)
    {
        using var maker = LoraFileMaker.Of(form);
        var error = Assert.Throws<LoraException>(() => Merge([maker], [1], null));
        Assert.Equal(code, error.Issue.Code);
        Assert.Contains("blocks.0.self_attn.q_proj", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resized_to_its_own_rank_nothing_changes()
    {
        using var maker = LoraFileMaker.Of("lora");
        var network = new SmallNetwork();
        network.Add(maker);
        var layer = Assert.Single(Merge([maker], [1], new(rank: 2)));
        Write([layer]);
        AssertSame(network.Merged(), Applied(Written), 1e-6);
        Assert.InRange(layer.Error, 0, 1e-6);
        Assert.Equal((2L, 2L), (layer.RankBefore, layer.Layer.Rank));
    }

    [Fact]
    public void The_error_told_is_that_of_the_singular_values_left_out()
    {
        // Δ = diag(3, 2, 1) in the corner of 8 × 6
        var down = zeros(3, SmallNetwork.In);
        var up = zeros(SmallNetwork.Out, 3);
        for (int i = 0; i < 3; i++) (down[i, i], up[i, i]) = (tensor(1f), tensor(3f - i));
        using var maker = new LoraFileMaker(new() { [LoraFileMaker.Q + ".lora_down.weight"] = down, [LoraFileMaker.Q + ".lora_up.weight"] = up });

        var one = Assert.Single(Merge([maker], [1], new(rank: 1)));
        Assert.Equal(Math.Sqrt(14), one.Norm, 1e-6);
        Assert.Equal(Math.Sqrt(5.0 / 14), one.Error, 1e-6);
        Assert.Equal(Math.Sqrt(9.0 / 14), one.Kept, 1e-6);

        Assert.Equal(2, Assert.Single(Merge([maker], [1], new(rank: null, energy: 0.9))).Layer.Rank); // (9 + 4) / 14 = 0.93
        Assert.Equal(1, Assert.Single(Merge([maker], [1], new(rank: 1, energy: 0.9))).Layer.Rank);
        Assert.Equal(3, Assert.Single(Merge([maker], [1], new(rank: null, energy: 1))).Layer.Rank);
    }

    [Theory]
    [InlineData(200, 160, 5)] // a sketch is enough
    [InlineData(40, 30, 20)] // the whole decomposition
    public void Factors_of_a_dense_matrix_of_low_rank_give_it_back(long rows, long columns, int rank)
    {
        using var random = new Generator(3);
        var delta = randn([rows, rank], generator: random).mm(randn([rank, columns], generator: random));
        foreach (var choice in new RankChoice[] { new(rank), new(null, 1 - 1e-8) })
        {
            var factors = LowRankFactors.Of(delta, choice);
            Assert.Equal(rank, factors.Rank);
            Assert.InRange((factors.Up.mm(factors.Down) - delta).norm().item<float>() / delta.norm().item<float>(), 0, 1e-5);
        }
    }

    [Fact]
    public void A_sketch_finds_the_best_approximation_of_a_matrix_of_full_rank()
    {
        using var random = new Generator(3);
        var delta = randn([300, 280], generator: random);
        var (_, s, _) = linalg.svd(delta, fullMatrices: false);
        double best = s.slice(0, 8, s.shape[0], 1).norm().item<float>();
        var factors = LowRankFactors.Of(delta, new(8));
        Assert.InRange((factors.Up.mm(factors.Down) - delta).norm().item<float>(), best * (1 - 1e-5), best * 1.002);
    }

    [Theory]
    [InlineData("lora", LoraNaming.Comfy)]
    [InlineData("lora", LoraNaming.Diffusers)]
    [InlineData("loha", LoraNaming.Comfy)]
    [InlineData("dora", LoraNaming.Diffusers)]
    [InlineData("oft", LoraNaming.Comfy)]
    public void There_and_back_is_equal_to_the_bit(string form, LoraNaming naming)
    {
        using var maker = LoraFileMaker.Of(form);
        string first = Path.Combine(folder.Path, "first.safetensors"), other = Path.Combine(folder.Path, "other.safetensors");
        using (var file = maker.Open()) LoraWriter.Write(first, LoraLayerTensors.Of(file), new() { Type = ScalarType.Float32 }, TestContext.Current.CancellationToken);
        using (var file = LoraFile.Open(first)) LoraWriter.Write(other, LoraLayerTensors.Of(file), new() { Naming = naming, Type = ScalarType.Float32 }, TestContext.Current.CancellationToken);
        using (var file = LoraFile.Open(other)) LoraWriter.Write(Written, LoraLayerTensors.Of(file), new() { Type = ScalarType.Float32 }, TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(Written));
    }

    [Fact]
    public void A_writing_that_fails_leaves_the_old_file()
    {
        File.WriteAllText(Written, "old");
        LoraLayerTensors Layer(Tensor down) => new(LoraNetwork.Transformer, "blocks.0.self_attn.q_proj", new Dictionary<string, Tensor> { ["lora_down"] = down, ["lora_up"] = ones(8, 1) }, 1);

        var overflow = Assert.Throws<LoraException>(() => LoraWriter.Write(Written, [Layer(Scalars.Full([1, 6], 1e6, float32))], new() { Type = ScalarType.Float16 }, TestContext.Current.CancellationToken));
        Assert.Equal(LoraIssueCode.Overflow, overflow.Issue.Code);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => LoraWriter.Write(Written, [Layer(ones(1, 6))], cancel: cancelled.Token));
        // In the middle of the file: the second tensor can't be made.
        Assert.Throws<TimeoutException>(() => SafeTensorsWriter.Write(Written, [new StoredTensor("a", ones(4)), new("b", ScalarType.Float32, [4], () => throw new TimeoutException())], cancel: TestContext.Current.CancellationToken));

        Assert.Equal("old", File.ReadAllText(Written));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_trainers_tensors_are_written_in_bf16_under_their_names_with_an_alpha_that_keeps_its_value()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            [LoraFileMaker.Q + ".lora_down.weight"] = ones(3, 6), [LoraFileMaker.Q + ".lora_up.weight"] = ones(8, 3), [LoraFileMaker.Q + ".alpha"] = tensor(1.1f),
            [LoraFileMaker.Text + ".lora_down.weight"] = ones(3, 6), [LoraFileMaker.Text + ".lora_up.weight"] = ones(8, 3),
        };
        LoraWriter.Write(Written, LoraLayerTensors.Of(tensors), cancel: TestContext.Current.CancellationToken);
        using var file = SafeTensorsFile.Open(Written);
        Assert.Equal(tensors.Keys.Append(LoraFileMaker.Text + ".alpha").Order(StringComparer.Ordinal), file.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("BF16", file.Entries[LoraFileMaker.Q + ".lora_down.weight"].DType);
        Assert.Equal(1.1f, file.Read(LoraFileMaker.Q + ".alpha").to(float32).item<float>());
        Assert.Equal(3f, file.Read(LoraFileMaker.Text + ".alpha").to(float32).item<float>());
        Assert.Equal(FileHash.Of(file, cancel: TestContext.Current.CancellationToken).Tensors, file.Metadata["sshs_model_hash"]);
    }

    static List<ReducedLayer> Merge(IReadOnlyList<LoraFileMaker> makers, IReadOnlyList<double> strengths, RankChoice? choice)
    {
        var files = makers.Select(m => m.Open()).ToList();
        try
        {
            return [.. LoraMerge.Layers([.. files.Zip(strengths)], choice, ScalarType.Float32)];
        }
        finally
        {
            files.ForEach(f => f.Dispose());
        }
    }

    void Write(IEnumerable<ReducedLayer> layers) => LoraWriter.Write(Written, [.. layers.Select(l => l.Layer)], new() { Type = ScalarType.Float32 });

    static Dictionary<string, Tensor> Applied(string path)
    {
        using var file = LoraFile.Open(path);
        var network = new SmallNetwork();
        Assert.Empty(network.Stack.Add(file).Warnings);
        return network.Merged();
    }

    static void AssertSame(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual, double tolerance)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, e => Assert.InRange((actual[e.Key] - e.Value).abs().max().item<float>(), 0, tolerance));
    }
}
