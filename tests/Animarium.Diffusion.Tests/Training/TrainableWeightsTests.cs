using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Tests.Lora;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>The model's own weights under training: what stands in for them, and what is refused.</summary>
public class TrainableWeightsTests
{
    [Fact]
    public void Copies_are_trained_and_the_checkpoint_stays_as_it_is()
    {
        var network = new SmallNetwork(type: ScalarType.BFloat16);
        var before = network.Output();
        using (var weights = new TrainableWeights(network.Diffusion, network.TextEncoder, new()))
        {
            Assert.True(network.Output().equal(before).all().item<bool>(), "fp32 copies of bf16 weights compute the same");
            network.Output().to(float32).Squared().sum().backward();
            var parameters = weights.Groups.SelectMany(g => g.Parameters).ToList();
            Assert.Equal(network.Diffusion.Taken.Count(), parameters.Count);
            Assert.All(parameters, p => Assert.Equal(ScalarType.Float32, p.Value.grad!.dtype));
            using (no_grad())
                foreach (var parameter in parameters) parameter.Value.Increase(1);
            Assert.False(network.Output().equal(before).all().item<bool>());
        }
        Assert.True(network.Output().equal(before).all().item<bool>());
    }

    [Fact]
    public void Rates_follow_patterns_and_excluded_weights_stay()
    {
        var network = new SmallNetwork();
        using var weights = new TrainableWeights(network.Diffusion, network.TextEncoder, new()
        {
            TrainTextEncoder = true, TextEncoderLearningRate = 2e-6, Exclude = [@".*_norm\.weight"], LearningRateByPattern = [new(@"blocks\.0\..*", 3e-5)],
        });
        Assert.Equal([(@"blocks\.0\..*", 3e-5), ("transformer", 1e-5), ("text encoder", 2e-6)], weights.Groups.Select(g => (g.Name, g.LearningRate)));
        Assert.DoesNotContain(weights.Groups.SelectMany(g => g.Parameters), p => p.Name.Contains("_norm", StringComparison.Ordinal));
        Assert.Contains(weights.Groups.SelectMany(g => g.Parameters), p => p.Name == "model.layers.0.self_attn.q_proj.weight");
    }

    public static TheoryData<WeightOptions, string> Impossible => new()
    {
        { new() { TrainTransformer = false }, "Nothing is trained" },
        { new() { Exclude = [".*"] }, "Nothing is trained" },
        { new() { Exclude = ["blocks"] }, "'blocks' matches nothing" },
        { new() { LearningRate = double.NaN }, "learning rate NaN" },
        { new() { LearningRateByPattern = [new(".*q_proj.*", 0)] }, "learning rate 0" },
    };

    [Theory, MemberData(nameof(Impossible))]
    public void Says_what_is_impossible(WeightOptions options, string named)
    {
        var network = new SmallNetwork();
        Assert.Contains(named, Assert.Throws<ArgumentException>(() => new TrainableWeights(network.Diffusion, network.TextEncoder, options)).Message, StringComparison.Ordinal);
        Assert.All(network.Diffusion.Taken, w => Assert.Null(w.Patch));
    }

    [Fact]
    public void A_patched_model_is_not_trained()
    {
        var network = new SmallNetwork();
        using var file = LoraFileMaker.Of("loha");
        using (var lora = file.Open()) network.Stack.Add(lora);
        Assert.Throws<InvalidOperationException>(() => new TrainableWeights(network.Diffusion, network.TextEncoder, new()));
    }
}
