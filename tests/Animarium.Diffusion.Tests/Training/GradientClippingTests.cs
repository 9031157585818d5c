using Animarium.Diffusion.Training;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

public class GradientClippingTests
{
    [Fact]
    public void One_norm_over_all_tensors_is_limited()
    {
        using var scope = NewDisposeScope();
        var groups = With([3, 0], [4]);
        var norm = GradientClipping.Clip(groups, 1);
        Assert.Equal(5, norm.Norm, 1e-6);
        Assert.Equal(1 / (5 + 1e-6), norm.Factor, 1e-9);
        Assert.Equal(0.6, groups[0].Parameters[0].Value.grad![0].item<float>(), 1e-6);
        Assert.Equal(0.8, groups[1].Parameters[0].Value.grad![0].item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Gradients_within_the_limit_stay(double limit)
    {
        using var scope = NewDisposeScope();
        var groups = With([3, 0], [4]);
        Assert.Equal(new GradientNorm(5, 1), GradientClipping.Clip(groups, limit));
        Assert.Equal(3, groups[0].Parameters[0].Value.grad![0].item<float>());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_single_bad_number_is_reported_and_nothing_changed(float bad)
    {
        using var scope = NewDisposeScope();
        var groups = With([3, bad], [4]);
        Assert.False(GradientClipping.Clip(groups, 1).IsFinite);
        Assert.Equal(4, groups[1].Parameters[0].Value.grad![0].item<float>());
    }

    [Fact]
    public void Parameters_without_a_gradient_are_passed_over()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(new GradientNorm(0, 1), GradientClipping.Clip([new("g", [new("w", zeros(2).requires_grad_())], 1)], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.Clip(With([1], [1]), -1));
    }

    static ParameterGroup[] With(params float[][] gradients) => [.. gradients.Select((g, i) =>
    {
        var value = zeros(g.Length).requires_grad_();
        value.grad = tensor(g);
        return new ParameterGroup($"group {i}", [new($"w{i}", value)], 1);
    })];
}
