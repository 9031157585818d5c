using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using CsCheck;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Noise;

/// <summary>Properties of the noise generators for any seed and size.</summary>
public sealed class GeneratorTests
{
    [Fact]
    public void The_CPU_stream_is_that_of_the_installed_libtorch() =>
        Gen.Select(Gen.ULong, Gen.Long[0, 100].Array[1, 6]).Sample((seed, sizes) =>
        {
            using var scope = NewDisposeScope();
            using var theirs = new Generator(seed & uint.MaxValue);
            var ours = new TorchGenerator(seed);
            foreach (long size in sizes) Close(randn(size, generator: theirs), ours.Normal(size));
        }, iter: 300);

    [Fact]
    public void A_million_numbers_are_those_of_the_installed_libtorch()
    {
        using var scope = NewDisposeScope();
        using var theirs = new Generator(7);
        Close(randn(1 << 20, generator: theirs), new TorchGenerator(7).Normal(1 << 20));
    }

    [Theory, InlineData(NoiseSource.Cpu), InlineData(NoiseSource.Nv)]
    public void A_million_numbers_are_standard_normal(NoiseSource source)
    {
        using var scope = NewDisposeScope();
        const int count = 1 << 20;
        var x = source.Generator(11).Normal(count);
        // Five standard errors of each moment.
        Assert.Equal(0, x.mean().item<float>(), 5 / Math.Sqrt(count));
        Assert.Equal(1, x.Squared().mean().item<float>(), 5 * Math.Sqrt(2.0 / count));
        Assert.Equal(3, x.Power(4).mean().item<float>(), 5 * Math.Sqrt(96.0 / count));
        Assert.Equal(0, (x[..^1] * x[1..]).mean().item<float>(), 5 / Math.Sqrt(count));
    }

    [Theory, InlineData(NoiseSource.Cpu), InlineData(NoiseSource.Nv)]
    public void A_picture_has_the_same_noise_alone_and_in_a_batch(NoiseSource source)
    {
        using var scope = NewDisposeScope();
        long[] shape = [16, 4, 6];
        double[] sigmas = [1, 0.7, 0.3, 0];
        foreach (bool brownian in (bool[])[false, true])
        {
            BatchNoise both = new([5, 6], shape, source), second = new([6], shape, source);
            Same(both.Initial()[1], second.Initial()[0]);
            var (ofBoth, ofSecond) = (both.Steps(brownian, sigmas), second.Steps(brownian, sigmas));
            for (int i = 0; i < 2; i++) Same(ofBoth(sigmas[i], sigmas[i + 1])[1], ofSecond(sigmas[i], sigmas[i + 1])[0]);
        }
    }

    [Fact]
    public void Steps_draw_where_their_program_draws()
    {
        using var scope = NewDisposeScope();
        long[] shape = [16, 2, 2];
        Tensor FirstStep(BatchNoise noise)
        {
            noise.Initial();
            return noise.Steps(false, [1, 0])(1, 0.5)[0];
        }
        Same(new TorchGenerator(8).Normal(shape), FirstStep(new([7], shape, NoiseSource.Cpu)));
        Same(new TorchGenerator(0).Normal(shape), FirstStep(new([ulong.MaxValue], shape, NoiseSource.Cpu)));
        Same(new PhiloxGenerator(31344).Normal(shape), FirstStep(new([7], shape, NoiseSource.Nv) { StepSeedOffset = 31337 }));
        foreach (var source in Enum.GetValues<NoiseSource>())
        {
            var stream = source.Generator(7);
            stream.Normal(shape);
            Same(stream.Normal(shape), FirstStep(new([7], shape, source) { StepSeedOffset = null }));
        }
    }

    [Fact]
    public void Brownian_increments_of_parts_add_up_to_the_whole() =>
        Gen.Select(Gen.ULong, Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((seed, a, b, c) =>
        {
            using var scope = NewDisposeScope();
            double[] s = [.. new[] { a, b, c }.Order()];
            if (s[1] - s[0] < 1e-3 || s[2] - s[1] < 1e-3) return;
            var tree = new BrownianTree(seed, [4], 0.01, 0.99);
            // Undo the division by √σ, which turns increments into standard normal noise; as it is made, in fp32, where short steps lose digits.
            Tensor Part(int from, int to) => tree.Increment(s[from], s[to]).Times(MathF.Sqrt((float)s[from] - (float)s[to]));
            Assert.True((Part(2, 1).Plus(Part(1, 0)) - Part(2, 0)).abs().max().item<float>() < 1e-6);
        }, iter: 200);

    [Fact]
    public void The_motion_stands_still_outside_its_interval()
    {
        using var scope = NewDisposeScope();
        var tree = new BrownianTree(1, [4], 0.1, 0.9);
        Assert.True(tree.Increment(0.1, 0).count_nonzero().item<long>() == 0);
        Same(tree.Increment(1, 0.05).Times(Math.Sqrt(0.95)), tree.Increment(0.9, 0.1).Times(Math.Sqrt(0.8)));
    }

    [Fact]
    public void Brownian_noise_needs_an_interval() => Assert.Throws<ArgumentOutOfRangeException>(() => new BrownianTree(1, [4], 1, 1));

    /// <summary>Builds of libtorch without AVX2 approximate otherwise.</summary>
    static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        if (expected.numel() > 0) Assert.True((expected - actual).abs().max().item<float>() <= 1e-6);
    }

    static void Same(Tensor expected, Tensor actual) => Assert.True(expected.allclose(actual, 1e-6, 1e-7));
}
