using Animarium.Diffusion.Kernels;
using Animarium.Diffusion.Tensors;
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
        var x = randn(2, rows, width).Times(3).Plus(1).to(type);
        var (shift, scale) = (randn(2, width), randn(2, width));
        var expected = (F.layer_norm(x.to(float32), [width], eps: 1e-6) * scale.unsqueeze(1).Plus(1)).Plus(shift.unsqueeze(1));
        Close(expected, ModulatedNorm.Apply(x, shift, scale), type);
        Close(expected[1], ModulatedNorm.Apply(x, shift.narrow(0, 1, 1), scale.narrow(0, 1, 1))[1], type);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Gated_residual_adds(ScalarType type, long rows, long width)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(2);
        var (x, y, gate) = (randn(2, rows, width).to(type), randn(2, rows, width).to(type), randn(2, width));
        var expected = x.to(float32).Plus(gate.unsqueeze(1) * y.to(float32));
        Close(expected, ModulatedNorm.AddGated(x, gate, y), type);
        Close(x.to(float32).Plus(gate.narrow(0, 1, 1).unsqueeze(1) * y.to(float32)), ModulatedNorm.AddGated(x, gate.narrow(0, 1, 1), y), type);
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
        var normed = h * h.Squared().mean([-1], keepdim: true).Plus(1e-6).rsqrt() * weight;
        var halves = normed.chunk(2, -1);
        var expected = (normed * cos).Plus(cat([-halves[1], halves[0]], -1) * sin).Times(0.25);

        Close(expected, HeadNormRope.Apply(x, weight, cos, sin, heads, 0.25f), type);
        Close(h, HeadNormRope.Apply(x, null, null, null, heads), type);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1, 0)]
    [InlineData(ScalarType.Float32, 15, 1)]
    [InlineData(ScalarType.BFloat16, 16, 1)]
    [InlineData(ScalarType.BFloat16, 101, 40)]
    [InlineData(ScalarType.Float32, 1024, 40)]
    public void Exponentials_over_their_sums_are_the_softmax(ScalarType type, long n, long biasRows)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(4);
        var scores = randn(40, n).Times(5).to(type);
        // Half of the keys hidden, as in a causal text; in one row all of them, which then attends evenly.
        var bias = biasRows == 0 ? null : zeros(biasRows, n).FilledWhere(rand(biasRows, n).Below(0.5), float.MinValue);
        bias?[0].copy_(ones(1).Times(float.MinValue));
        var logits = scores.to(float32).Times(0.3);
        var expected = (bias is null ? logits : logits.Plus(bias)).softmax(-1);

        var sums = Softmax.Exponentials(scores, 0.3f, bias);
        Close(expected, scores.to(float32) / sums.unsqueeze(1), type);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 300)]
    public void Products_and_softmax_are_attention(long contexts, long biasRows)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(5);
        // 5000 keys: the queries are taken in chunks.
        var (q, k, v) = (randn(2, 3, 300, 32).bfloat16(), randn(contexts, 3, 5000, 32).bfloat16(), randn(contexts, 5000, 3, 32).bfloat16().transpose(1, 2));
        var bias = biasRows == 0 ? null : randn(contexts, 1, biasRows, 5000);
        var (wideK, wideV) = (k.to(float32).expand(2, -1, -1, -1), v.to(float32).expand(2, -1, -1, -1));

        Assert.Equal(System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated, HeadAttention.Suits(q, k, v, bias));
        var actual = HeadAttention.Apply(q, k, v, bias);
        Close(F.scaled_dot_product_attention(q.to(float32), wideK, wideV, bias), actual, ScalarType.BFloat16);
        Assert.True(actual.transpose(1, 2).is_contiguous());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Gelu_is_exact(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var x = linspace(-12, 12, 16 * 3000).view(3000, 16).to(type);
        Close(F.gelu(x.to(float32)), Gelu.Apply(x, x), type);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 16)]
    [InlineData(ScalarType.BFloat16, 96)]
    public void Channel_norm_is_a_unit_vector_times_gamma(ScalarType type, long channels)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(6);
        var (x, gamma) = (randn(2, 5, 7, channels).to(type), randn(channels));
        // A black pixel has no direction and stays black.
        x[0, 0, 0].zero_();
        var expected = F.normalize(x.to(float32), 2, -1, 1e-12).Times(Math.Sqrt(channels)) * gamma;
        Close(expected, ChannelNorm.Apply(x, gamma, silu: false), type);
        Close(F.silu(expected), ChannelNorm.Apply(x, gamma, silu: true), type);
    }

    [Fact]
    public void Passes_take_only_plain_memory()
    {
        using var scope = NewDisposeScope();
        var (x, recorded) = (ones(2, 32), ones(2, 32, requires_grad: true));
        Assert.Equal(System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated, TensorMemory.Suits(32, 16, [x], x));
        Assert.Equal(TensorMemory.Suits(32, 16, [x]), TensorMemory.Suits(32, 16, [x, recorded]));
        Assert.False(TensorMemory.Suits(24, 16, [x]));
        Assert.False(TensorMemory.Suits(32, 16, [x], x.bfloat16()));
        Assert.False(TensorMemory.Suits(32, 16, [x.t()]));
        Assert.Equal(TensorMemory.Suits(32, 16, [x]), TensorMemory.Suits(32, 16, [x], recorded));
    }

    static void Close(Tensor expected, Tensor actual, ScalarType type)
    {
        double tolerance = type == ScalarType.BFloat16 ? 8e-3 : 2e-6;
        double error = ((actual.to(float32) - expected).abs() / expected.abs().Plus(1)).max().item<float>();
        Assert.True(error <= tolerance, $"off by {error:g3}");
    }
}
