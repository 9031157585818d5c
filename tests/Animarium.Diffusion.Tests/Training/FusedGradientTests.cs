using Animarium.Diffusion.Kernels;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>The gradients of the fused passes against those that autograd derives from the plain form in fp32.</summary>
public class FusedGradientTests
{
    public static TheoryData<ScalarType, long, long> Sizes => new MatrixTheoryData<ScalarType, long, long>([ScalarType.Float32, ScalarType.BFloat16], [1, 7, 300], [32, 96, 2048]);

    [Theory, MemberData(nameof(Sizes))]
    public void Modulated_norm(ScalarType type, long rows, long width)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        foreach (int vectors in new[] { 1, 2 })
            Same(type, [randn(2, rows, width).Times(3).Plus(1)], [randn(vectors, width), randn(vectors, width)], (x, p) => Norms.LayerNormModulate(x[0], p[0], p[1]),
                (x, p) => (F.layer_norm(x[0], [width], eps: 1e-6) * p[1].unsqueeze(1).Plus(1)).Plus(p[0].unsqueeze(1)));
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Gated_residual(ScalarType type, long rows, long width)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        foreach (int vectors in new[] { 1, 2 })
            Same(type, [randn(2, rows, width), randn(2, rows, width)], [randn(vectors, width)], (x, p) => Norms.GatedResidual(x[0], p[0], x[1]), (x, p) => x[0].Plus(p[0].unsqueeze(1) * x[1]));
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Root_mean_square_norm(ScalarType type, long rows, long width)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        Same(type, [randn(2, rows, width)], [rand(width)], (x, p) => Norms.RmsNorm(x[0], p[0]), (x, p) => x[0] * x[0].Squared().mean([-1], keepdim: true).Plus(1e-6).rsqrt() * p[0]);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 4, 32)]
    [InlineData(ScalarType.BFloat16, 16, 128)]
    [InlineData(ScalarType.BFloat16, 3, 96)]
    public void Normed_and_rotated_heads(ScalarType type, long heads, long d)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var table = Rope.Text(50, d, 10000, CPU);
        Same(type, [randn(2, 50, heads * d)], [rand(d)], (x, p) => Attention.NormRope(x[0], p[0], table, ""), (x, p) =>
        {
            var h = x[0].view(2, 50, heads, d).transpose(1, 2);
            var normed = h * h.Squared().mean([-1], keepdim: true).Plus(1e-6).rsqrt() * p[0];
            var halves = normed.chunk(2, -1);
            return (normed * table.Cos).Plus(cat([-halves[1], halves[0]], -1) * table.Sin);
        });
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Gelu(ScalarType type)
    {
        using var scope = NewDisposeScope();
        Same(type, [linspace(-12, 12, 16 * 3000).view(3000, 16)], [], (x, _) => Activations.GeluOver(x[0].Times(1)), (x, _) => F.gelu(x[0]));
    }

    [Theory]
    [InlineData(1, 2, 64, 64, false, false)]
    [InlineData(3, 4, 64, 64, false, false)]
    [InlineData(3, 4, 64, 21, false, true)]
    [InlineData(3, 2, 16, 21, true, true)]
    [InlineData(1, 2, 1100, 1100, false, false)]
    [InlineData(2, 2, 1100, 1003, false, true)]
    [InlineData(2, 2, 1100, 1003, true, true)]
    public void Heads_attend(long items, long heads, long length, long n, bool shared, bool biased)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        const long d = 32;
        var bias = biased ? randn(shared ? 1 : items, 1, 1, n) : null;
        Tensor[] inputs = [randn(items, heads, length, d), randn(shared ? 1 : items, heads, n, d), randn(shared ? 1 : items, heads, n, d)];
        var plain = inputs[0].bfloat16();
        Assert.Equal(System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated, HeadAttention.Suits(plain, plain, plain, bias));
        Same(ScalarType.BFloat16, inputs, [], (x, _) => Attention.Scaled(x[0], x[1], x[2], bias), (x, _) =>
        {
            var scores = x[0].matmul(x[1].transpose(-2, -1)).Over(Math.Sqrt(d));
            return (bias is null ? scores : scores.Plus(bias)).softmax(-1).matmul(x[2]);
        });
    }

    [Theory]
    [InlineData(ScalarType.Float32, ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16, ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    public void Low_rank_change_of_a_frozen_layer(ScalarType type, ScalarType stored)
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var (weight, bias) = (randn(600, 96).Over(10).to(stored), randn(600).Over(10).to(stored));
        var linear = new Linear("layer", new("layer.weight", weight), new("layer.bias", bias));
        Same(type, [randn(2, 9, 96)], [randn(4, 96).Over(10), randn(600, 4).Over(10)], (x, p) => LowRankProduct.Apply(x[0], linear, p[0], p[1], 0.7),
            (x, p) => F.linear(x[0], weight.to(float32), bias.to(float32)).Plus(F.linear(F.linear(x[0], p[0]), p[1]).Times(0.7)));
        Same(type, [randn(2, 9, 96)], [], (x, _) => linear.Base(x[0]), (x, _) => F.linear(x[0], weight.to(float32), bias.to(float32)));
    }

    /// <summary>The same numbers through both, and the same cotangent back.</summary>
    static void Same(ScalarType type, Tensor[] inputs, Tensor[] parameters, Func<Tensor[], Tensor[], Tensor> fused, Func<Tensor[], Tensor[], Tensor> plain)
    {
        int n = inputs.Length;
        Tensor[] own = [.. inputs.Select(x => x.to(type)), .. parameters];
        own = [.. own.Select(x => x.clone().detach().requires_grad_())];
        Tensor[] wide = [.. own.Select(x => x.detach().to(float32, copy: true).requires_grad_())];
        var (result, expected) = (Scopes.Scoped(() => fused(own[..n], own[n..])), plain(wide[..n], wide[n..]));
        var cotangent = randn(expected.shape).to(type);
        Backward.Run((result.to(float32) * cotangent.to(float32)).sum());
        (expected * cotangent.to(float32)).sum().backward();

        double tolerance = type == ScalarType.BFloat16 ? 8e-3 : 1e-5;
        Assert.InRange(Far(result, expected), 0, tolerance);
        foreach (var (a, b) in own.Zip(wide)) Assert.InRange(Far(a.grad!, b.grad!), 0, tolerance);
    }

    static double Far(Tensor a, Tensor b) => ((a.to(float32) - b).norm() / b.norm()).item<float>();
}
