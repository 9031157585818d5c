using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Tests.Weights;

public class LinearTests
{
    [Theory]
    [InlineData(ScalarType.BFloat16, 1500, true)]
    [InlineData(ScalarType.Float16, 7, false)]
    [InlineData(ScalarType.Float32, 600, true)]
    public void Computes_in_the_type_of_its_input_whatever_the_weight_is_stored_in(ScalarType stored, long outputs, bool biased)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(1);
        var (x, w, b) = (randn(2, 3, 40), randn(outputs, 40).to(stored), biased ? randn(outputs).to(stored) : null);
        var linear = new Linear("l", new("l.weight", w), b is null ? null : new("l.bias", b));

        var y = linear.Forward(x);

        Assert.Equal([2, 3, outputs], y.shape);
        Assert.Equal(ScalarType.Float32, y.dtype);
        Assert.True((y - F.linear(x, w.to(float32), b?.to(float32))).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Gradients_flow_through_a_converted_weight()
    {
        using var scope = NewDisposeScope();
        var (x, w) = (randn(2, 40, requires_grad: true), randn(600, 40).bfloat16());
        new Linear("l", new("l.weight", w), null).Forward(x).sum().backward();
        Assert.Equal(0, (x.grad! - w.to(float32).sum(dim: 0)).abs().max().item<float>(), 1e-3);
    }
}
