using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Tests.Lora;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Adapters;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>What adapters are before, during and after training.</summary>
public class AdapterSetTests
{
    public static TheoryData<AdapterKind> Kinds => [.. Enum.GetValues<AdapterKind>()];

    static AdapterOptions Options(AdapterKind kind) => new() { Kind = kind, Rank = 2, DecomposeBoth = true, Rescaled = true };

    [Theory, MemberData(nameof(Kinds))]
    public void Begins_as_the_model_and_leaves_it_as_it_was(AdapterKind kind)
    {
        var network = new SmallNetwork();
        var before = network.Output();
        using (var adapters = new AdapterSet(network.Diffusion, network.TextEncoder, Options(kind), seed: 1))
        {
            Assert.True(Far(network.Output(), before) < 1e-6, "fresh adapters change nothing");
            Assert.All(adapters.Groups.SelectMany(g => g.Parameters), p => Assert.True(p.Value is { is_leaf: true, requires_grad: true, dtype: ScalarType.Float32 }));
        }
        Assert.True(network.Output().equal(before).all().item<bool>());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_saved_file_draws_what_was_trained(AdapterKind kind)
    {
        var network = new SmallNetwork();
        using var adapters = new AdapterSet(network.Diffusion, network.TextEncoder, Options(kind) with { Alpha = kind == AdapterKind.Oft ? null : 3, RankStabilized = true }, seed: 1);
        using (no_grad())
            foreach (var parameter in adapters.Groups.SelectMany(g => g.Parameters)) parameter.Value.Accumulate(randn(parameter.Value.shape, generator: new Generator(5)), 0.1);
        var trained = network.Output().detach();
        using var file = new LoraFileMaker(Saved(adapters, kind));
        adapters.Dispose();

        using (var start = file.Open()) network.Stack.Add(start);
        Assert.True(Far(network.Output(), trained) < 1e-4, $"the file draws {Far(network.Output(), trained)} away from what was trained");
        network.Stack.Clear();
        using var again = file.Open();
        using var continued = new AdapterSet(network.Diffusion, network.TextEncoder, Options(kind), seed: 9, again);
        Assert.True(Far(network.Output(), trained) < 1e-6, "training continues where it was");
    }

    // IA³ files say what their factor scales.
    static Dictionary<string, Tensor> Saved(AdapterSet adapters, AdapterKind kind)
    {
        var tensors = adapters.Tensors.ToDictionary(t => t.Key, t => t.Value.detach().clone());
        Assert.Equal(kind == AdapterKind.Ia3, tensors.Keys.Any(k => k.EndsWith(".on_input", StringComparison.Ordinal)));
        return tensors;
    }

    [Fact]
    public void Only_factors_get_gradients()
    {
        var network = new SmallNetwork(type: ScalarType.BFloat16);
        using var adapters = new AdapterSet(network.Diffusion, network.TextEncoder, new() { Rank = 2 }, seed: 1);
        network.Output().to(float32).Squared().sum().backward();
        Assert.All(adapters.Groups.SelectMany(g => g.Parameters), p => Assert.Equal(ScalarType.Float32, p.Value.grad!.dtype));
        Assert.All(network.Diffusion.Taken, w => Assert.False(w.Stored.requires_grad));
    }

    [Fact]
    public void Ranks_and_rates_follow_the_first_pattern_that_matches()
    {
        var network = new SmallNetwork();
        using var adapters = new AdapterSet(network.Diffusion, network.TextEncoder, new()
        {
            Rank = 4, TrainTextEncoder = true, TextEncoderLearningRate = 1e-5, LoraPlusRatio = 16,
            RankByPattern = [new(@"blocks\.0\..*", 2), new(@"blocks\..*\.q_proj", 0)],
            LearningRateByPattern = [new(@".*\.output_proj", 3e-4)],
        }, seed: 1);
        var groups = adapters.Groups.ToDictionary(g => g.Name);
        Assert.Equal(["transformer", "transformer up", @".*\.output_proj", @".*\.output_proj up", "text encoder", "text encoder up"], groups.Keys);
        Assert.Equal(3e-4 * 16, groups[@".*\.output_proj up"].LearningRate, 1e-12);
        Assert.Equal(1e-5, groups["text encoder"].LearningRate);
        Assert.Equal([2, SmallNetwork.In], Assert.Single(groups["transformer"].Parameters).Value.shape); // block 1's q_proj has rank 0
        Assert.Equal([4, SmallNetwork.Out], groups[@".*\.output_proj"].Parameters[1].Value.shape);
    }

    [Fact]
    public void Included_wins_over_excluded()
    {
        var network = new SmallNetwork();
        using var adapters = new AdapterSet(network.Diffusion, network.TextEncoder, new() { Exclude = [".*"], Include = [@"blocks\.1\.self_attn\.q_proj"] }, seed: 1);
        Assert.Equal(1, adapters.Layers);
        Assert.Contains("lora_unet_blocks_1_self_attn_q_proj.alpha", adapters.Tensors.Keys);
    }

    static double Far(Tensor a, Tensor b) => (a - b).abs().max().item<float>();
}
