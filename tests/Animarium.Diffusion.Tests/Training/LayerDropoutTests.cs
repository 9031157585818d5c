using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Tests.Lora;
using Animarium.Diffusion.Training.Adapters;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>Dropouts keep the expectation, and draw the same whenever a step is run again.</summary>
public class LayerDropoutTests
{
    [Theory]
    [InlineData(0.3, 0)]
    [InlineData(0, 0.3)]
    public void Keeps_the_mean(double activations, double ranks)
    {
        var dropout = new LayerDropout(new() { Dropout = activations, RankDropout = ranks }, null, new TorchGenerator(1));
        var masked = dropout.Masked(ones(2000, 3, 8));
        Assert.Equal(1, masked.mean().item<float>(), 0.02);
        Assert.Equal(0.3, masked.eq(zeros(1)).to(float32).mean().item<float>(), 0.02);
        // A dropped rank is dropped for all tokens of an item.
        if (ranks > 0) Assert.True(masked.amax([1]).equal(masked.amin([1])).all().item<bool>());
    }

    [Fact]
    public void Fewer_ranks_are_trained_where_there_is_more_noise()
    {
        var dropout = new LayerDropout(new() { Rank = 16, MinRank = 4, MinRankExponent = 2 }, tensor(new[] { 0f, 0.5f, 1f }), new TorchGenerator(1));
        var kept = dropout.Masked(ones(3, 5, 16)).sum([1]).Over(5);
        Assert.Equal([16, 7, 4], kept.sum([1]).data<float>().ToArray()); // ⌊0.5² · 12⌋ + 4
        Assert.True(kept[1, 6].item<float>() == 1 && kept[1, 7].item<float>() == 0, "the first ranks stay");
    }

    [Fact]
    public void A_step_drops_the_same_again_and_another_step_something_else()
    {
        var network = new SmallNetwork();
        using var adapters = new AdapterSet(network.Diffusion, network.TextEncoder, new() { Dropout = 0.5, ModuleDropout = 0.3 }, seed: 1);
        using (no_grad())
            foreach (var parameter in adapters.Groups.SelectMany(g => g.Parameters)) parameter.Value.copy_(ones(1).Times(0.3));
        Tensor Output(ulong seed)
        {
            using var step = adapters.Step(zeros(3), seed);
            return network.Output();
        }
        Assert.True(Output(7).equal(Output(7)).all().item<bool>());
        Assert.False(Output(7).equal(Output(8)).all().item<bool>());
        Assert.False(Output(7).equal(network.Output()).all().item<bool>(), "outside a step nothing is dropped");
    }
}
