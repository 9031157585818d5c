using Animarium.Diffusion.Kernels;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Tests;

/// <summary>Each fused pass against the plain libtorch form in fp32.</summary>
public class KernelTests
{
    public static TheoryData<ScalarType, long, long> Sizes => new MatrixTheoryData<ScalarType, long, long>([ScalarType.Float32, ScalarType.BFloat16], [1, 7, 300], [32, 96, 2048]);

    [Theory, MemberData(nameof(Sizes))]
    public void Modulated_norm_is_layer_norm_times_scale_plus_shift(ScalarType type, long rows, long width)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(1);
        var x = (randn(2, rows, width) * 3 + 1).to(type);
        var (shift, scale) = (randn(2, width), randn(2, width));
        var expected = F.layer_norm(x.to(float32), [width], eps: 1e-6) * (1 + scale.unsqueeze(1)) + shift.unsqueeze(1);
        Close(expected, ModulatedNorm.Apply(x, shift, scale), type);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Gated_residual_adds_in_place(ScalarType type, long rows, long width)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(2);
        var (x, y, gate) = (randn(2, rows, width).to(type), randn(2, rows, width).to(type), randn(2, width));
        var expected = x.to(float32) + gate.unsqueeze(1) * y.to(float32);
        Assert.Same(x, ModulatedNorm.AddGated(x, gate, y));
        Close(expected, x, type);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 4, 32)]
    [InlineData(ScalarType.BFloat16, 4, 32)]
    [InlineData(ScalarType.Float32, 16, 128)]
    [InlineData(ScalarType.BFloat16, 3, 96)]
    public void Heads_are_normed_rotated_and_laid_out(ScalarType type, long heads, long d)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(3);
        var x = randn(2, 50, heads * d).to(type);
        var weight = rand(d);
        var angles = randn(50, d / 2).repeat(1, 2);
        var (cos, sin) = (angles.cos(), angles.sin());

        var h = x.to(float32).view(2, 50, heads, d).transpose(1, 2);
        var normed = h * (h.square().mean([-1], keepdim: true) + 1e-6).rsqrt() * weight;
        var halves = normed.chunk(2, -1);
        var expected = (normed * cos + cat([-halves[1], halves[0]], -1) * sin) * 0.25;

        Close(expected, HeadNormRope.Apply(x, weight, cos, sin, heads, 0.25f), type);
        Close(h, HeadNormRope.Apply(x, null, null, null, heads), type);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1)]
    [InlineData(ScalarType.Float32, 15)]
    [InlineData(ScalarType.BFloat16, 16)]
    [InlineData(ScalarType.BFloat16, 101)]
    [InlineData(ScalarType.Float32, 1024)]
    public void Softmax_counts_zero_keys_in_the_denominator_only(ScalarType type, long n)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(4);
        var scores = (randn(40, n) * 5).to(type);
        var expected = cat([scores.to(float32), zeros(40, 512)], -1).softmax(-1).narrow(1, 0, n);
        var plain = scores.to(float32).softmax(-1);

        var sunk = scores.clone();
        Softmax.Apply(sunk, sink: 512);
        Close(expected, sunk, type);
        Softmax.Apply(scores);
        Close(plain, scores, type);
    }

    static void Close(Tensor expected, Tensor actual, ScalarType type)
    {
        double tolerance = type == ScalarType.BFloat16 ? 8e-3 : 2e-6;
        double error = ((actual.to(float32) - expected).abs() / (1 + expected.abs())).max().item<float>();
        Assert.True(error <= tolerance, $"off by {error:g3}");
    }
}
