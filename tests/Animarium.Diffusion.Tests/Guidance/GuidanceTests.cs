using Animarium.Diffusion.Guidance;
using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Guidance;

/// <summary>What guidance promises for every method.</summary>
public sealed class GuidanceTests
{
    static readonly double[] Sigmas = [1, 0.8, 0.5, 0.2, 0];

    public static TheoryData<GuidanceMethod> Methods => [.. Enum.GetValues<GuidanceMethod>()];

    [Theory, MemberData(nameof(Methods))]
    public void A_picture_is_guided_the_same_alone_and_in_a_batch(GuidanceMethod method)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var options = new GuidanceOptions { Method = method, Rescale = 0.3, Eta = 0.5, NormThreshold = 2, Momentum = -0.5 };
        using Guide both = new(options, new(), Sigmas), alone = new(options, new(), Sigmas);
        foreach (double sigma in Sigmas[..^1])
        {
            Tensor x = randn(2, 16, 4, 6), c = randn(2, 16, 4, 6), u = randn(2, 16, 4, 6);
            var expected = both.Apply(x, sigma, c, u)[1];
            var actual = alone.Apply(x[1..], sigma, c[1..], u[1..])[0];
            Assert.True((actual - expected).abs().max().item<float>() < 1e-5);
        }
    }

    [Theory, MemberData(nameof(Methods))]
    public void Scale_1_is_the_prompt_alone(GuidanceMethod method)
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(1, 16, 4, 6), c = randn(1, 16, 4, 6);
        using var guidance = new Guide(new() { Method = method, Cfg = 1, Rescale = 0.5 }, new(), Sigmas);
        Assert.False(guidance.Acts(0.5));
        Assert.True(guidance.Apply(x, 0.5, c, null).equal(c).all().item<bool>());
    }

    [Fact]
    public void Guides_within_its_interval_only()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(1, 16, 4, 6), c = randn(1, 16, 4, 6), u = randn(1, 16, 4, 6);
        var flow = new Flow(3);
        using var guidance = new Guide(new() { Cfg = 3, Start = 0.25, End = 0.75 }, flow, Sigmas);
        double start = flow.Shifted(0.75), end = flow.Shifted(0.25);
        Assert.Equal([false, true, true, true, false], new[] { start + 1e-6, start, 0.7, end, end - 1e-6 }.Select(guidance.Acts));
        Assert.True(guidance.Apply(x, start, c, u).allclose(u.Plus((c - u).Times(3)), 1e-4, 1e-5));
        Assert.True(guidance.Apply(x, 0.99, c, u).equal(c).all().item<bool>());
        Assert.Throws<ArgumentNullException>(() => guidance.Apply(x, 0.7, c, null));
    }

    [Theory, InlineData(GuidanceMethod.Apg), InlineData(GuidanceMethod.ApgComfy), InlineData(GuidanceMethod.Smc)]
    public void A_run_that_starts_anew_starts_without_memory(GuidanceMethod method)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        Tensor x = randn(1, 16, 4, 6), c = randn(1, 16, 4, 6), u = randn(1, 16, 4, 6);
        using var guidance = new Guide(new() { Method = method, Momentum = 0.4 }, new(), Sigmas);
        var first = guidance.Apply(x, 0.8, c, u);
        Assert.False(guidance.Apply(x, 0.8, c, -u).allclose(guidance.Apply(x, 0.8, c, -u)));
        guidance.Apply(x, 0.5, c, u);
        Assert.True(guidance.Apply(x, 0.8, c, u).allclose(first));
    }

    [Fact]
    public void CFG_plus_plus_takes_the_Euler_steps_of_its_sampler()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        Tensor x = randn(1, 16, 4, 6), c = randn(1, 16, 4, 6), u = randn(1, 16, 4, 6);
        using var guidance = new Guide(new() { Method = GuidanceMethod.CfgPlusPlus, Cfg = 0.7 }, new(), Sigmas);
        foreach (var (sigma, next) in Sigmas.Zip(Sigmas.Skip(1)))
        {
            // x' = (1−σ')·D + σ'·(x − (1−σ)·D_u)/σ, with D guided at λ and the direction of the noise unguided.
            Tensor guided = x - u.Plus((c - u).Times(0.7)).Times(sigma), unguided = x - u.Times(sigma);
            var expected = guided.Times(1 - next).Plus((x - unguided.Times(1 - sigma)).Times(next).Over(sigma));
            var velocity = guidance.Apply(x, sigma, c, u);
            Assert.True(x.Plus(velocity.Times(next - sigma)).allclose(expected, 1e-4, 1e-5));
        }
    }

    [Fact]
    public void Frees_all_but_its_results()
    {
        Tensor x = randn(1, 16, 4, 6), c = randn(1, 16, 4, 6).to(bfloat16), u = randn(1, 16, 4, 6).to(bfloat16);
        foreach (var method in Enum.GetValues<GuidanceMethod>())
        {
            using var guidance = new Guide(new() { Method = method, Momentum = 0.5 }, new(), Sigmas);
            long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            for (int i = 0; i < 3; i++) guidance.Apply(x, 0.5, c, u).Dispose();
            long carried = method is GuidanceMethod.Apg or GuidanceMethod.ApgComfy or GuidanceMethod.Smc ? 1 : 0;
            Assert.Equal(before + carried, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            guidance.Dispose();
            Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
    }

    [Fact]
    public void Refuses_what_is_out_of_range()
    {
        GuidanceOptions[] wrong = [new() { Cfg = double.NaN }, new() { Cfg = -101 }, new() { Rescale = 1.1 }, new() { Start = 2 }, new() { EpsilonScale = 0 }, new() { Momentum = double.PositiveInfinity }];
        Assert.All(wrong, o => Assert.Throws<ArgumentOutOfRangeException>(() => new Guide(o, new(), Sigmas)));
    }

    [Theory, InlineData(ScalarType.Float32), InlineData(ScalarType.BFloat16)]
    public void Normalised_attention_guidance_keeps_the_type_and_its_bounds(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        Tensor positive = randn(2, 5, 32).to(type), negative = randn(2, 5, 32).to(type);
        Assert.Equal(positive, NormalizedAttention.Combine(positive, negative, 1, 2.5, 0.25), (a, b) => a.to(float32).allclose(b.to(float32), 1e-2, 1e-2));
        Assert.Equal(positive, NormalizedAttention.Combine(positive, negative, 5, 2.5, 0), (a, b) => a.equal(b).all().item<bool>());
        var far = NormalizedAttention.Combine(positive, negative, 20, 1.5, 1);
        Assert.Equal(type, far.dtype);
        Tensor Length(Tensor t) => t.to(float32).abs().sum([-1]);
        Assert.True((Length(far) <= Length(positive).Times(1.5).Times(1.01)).all().item<bool>());
    }
}
