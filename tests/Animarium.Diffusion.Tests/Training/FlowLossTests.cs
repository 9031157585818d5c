using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>What the golden files don't hold: empty masks, impossible numbers, the ends of the tables.</summary>
public class FlowLossTests
{
    [Fact]
    public void A_small_mask_counts_as_much_as_a_large_one_and_an_empty_one_not_at_all()
    {
        var velocity = ones(3, 16, 4, 4).requires_grad_();
        var mask = zeros(3, 32, 32);
        mask[0, ..8, ..8] = 1;
        mask[1] = 1;
        var loss = new FlowLoss(new()).OfPictures(velocity, zeros(3, 16, 4, 4), Scalars.Full([3], 0.5, float32), mask);
        Assert.Equal([1, 1, 0], loss.data<float>().ToArray());
        loss.sum().backward();
        Assert.True(velocity.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Input_perturbation_needs_noise() =>
        Assert.Throws<ArgumentNullException>(() => new FlowLoss(new() { IpNoiseGamma = 0.1 }).Noised(zeros(1, 16, 2, 2), zeros(1, 16, 2, 2), zeros(1)));

    public static TheoryData<LossOptions> ImpossibleLosses =>
        [new LossOptions { HuberC = 0 }, new LossOptions { HuberC = double.NaN }, new LossOptions { HuberScale = -1 }, new LossOptions { IpNoiseGamma = double.NaN }, new LossOptions { PriorWeight = -1 }];

    [Theory, MemberData(nameof(ImpossibleLosses))]
    public void Refuses_impossible_losses(LossOptions options) => Assert.Throws<ArgumentException>(options.Check);

    public static TheoryData<SigmaSampling> ImpossibleSamplings =>
    [
        new SigmaSampling { Shift = 0 }, new SigmaSampling { Shift = double.NaN }, new SigmaSampling { SigmoidScale = -1 }, new SigmaSampling { LogitStd = 0 },
        new SigmaSampling { SigmoidBias = double.NaN }, new SigmaSampling { ModeScale = double.PositiveInfinity },
    ];

    [Theory, MemberData(nameof(ImpossibleSamplings))]
    public void Refuses_impossible_noise_levels(SigmaSampling sampling) => Assert.Throws<ArgumentException>(sampling.Check);

    [Fact]
    public void The_end_of_the_table_is_its_last_entry()
    {
        var sigma = new SigmaSampling { Mode = SigmaMode.Sigma, Density = SigmaDensity.Mode }.Of(tensor(new[] { 0f, 0.99999f }), 64, 64);
        Assert.Equal(0.001f, sigma[0].item<float>(), 1e-6f);
        Assert.Equal(1f, sigma[1].item<float>(), 1e-6f);
    }

    [Fact]
    public void Dropping_captions_needs_to_know_of_each()
    {
        var text = new TextInputs(ones(2, 3, 4), ones(2, 3), ones(2, 5).to(int64), ones(2, 5));
        Assert.Throws<ArgumentException>(() => text.Without([true]));
    }
}
