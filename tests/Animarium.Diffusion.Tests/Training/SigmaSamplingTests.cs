using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>The share of uniform noise levels; all else about them stands in golden files.</summary>
public sealed class SigmaSamplingTests
{
    const int Draws = 10_000;

    [Theory, InlineData(0.1), InlineData(0.5), InlineData(1)]
    public void A_share_is_uniform_and_the_rest_the_sigmoid_of_normal_numbers(double share)
    {
        using var scope = NewDisposeScope();
        var sampling = new SigmaSampling { UniformShare = share };
        Assert.False(sampling.ReadsNormal);
        // Evenly spaced draws give the distribution itself: below σ lie share·σ + (1 − share)·Φ(logit σ) of them.
        var sigma = sampling.Of(Scalars.Range(Draws, float32).Plus(0.5).Over(Draws), 16, 16);
        foreach (var (level, normal) in new[] { (0.1, 0.01400), (0.5, 0.5), (0.9, 0.98600) })
            Assert.Equal(share * level + (1 - share) * normal, sigma.Below(level).to(float32).mean().item<float>(), 1e-3);
        Assert.True(sigma.isfinite().all().item<bool>());
    }
}
