using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Kernels;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Optimizers;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>Optimizers without a golden file, against their formulas.</summary>
public class OptimizerMathTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(32 * 1024 + 48)]
    public void Adam_in_one_pass_is_adam(long size)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(1);
        var (value, gradient, mean, square) = (randn(size), randn(size), randn(size), rand(size));
        foreach (var pass in (AdamPass[])[new(0.9, 0.999, 0.99, 0, 0.1, 1.3, 1e-8), new(0.8, 0.95, 1, 0.1, 0.1, 1.3, 1e-3)])
        {
            var plain = (Tensor[])[value.clone(), mean.clone(), square.clone()];
            var fused = (Tensor[])[value.clone(), mean.clone(), square.clone()];
            pass.Plain(plain[0], gradient, plain[1], plain[2]);
            pass.Apply(fused[0], gradient, fused[1], fused[2]);
            foreach (var (a, b) in plain.Zip(fused)) Assert.True((a - b).abs().max().item<float>() < 1e-5 && (a - value).abs().max().item<float>() > 1e-2);
        }
    }

    [Fact]
    public void Eight_bit_values_are_those_of_bitsandbytes()
    {
        // Largest value below 1 and smallest above 0 of its two dynamic maps.
        Assert.Equal([0.99296875f, 5.5e-7f], Ends(BlockwiseCode.Signed));
        Assert.Equal([0.99648440f, 3.25e-7f], Ends(BlockwiseCode.Unsigned));

        static float[] Ends(BlockwiseCode code)
        {
            using var scope = NewDisposeScope();
            var all = code.Decode(Scalars.Range(256, uint8).view(1, 256), ones(1), zeros(256)).data<float>().ToArray();
            Assert.Equal(256, all.Distinct().Count());
            Assert.Equal(all.Order(), all);
            return [all[^2], all.First(v => v > 0)];
        }
    }

    public static TheoryData<string> Numbers => ["normal", "even", "decades", "zeros"];

    [Theory, MemberData(nameof(Numbers))]
    public void Eight_bits_round_to_the_nearest_value(string sort)
    {
        const long size = 20_000;
        using var scope = NewDisposeScope();
        manual_seed(2);
        var numbers = sort switch
        {
            "normal" => randn(size).Times(1e-3),
            "even" => linspace(-1, 1, size),
            "decades" => pow(10, rand(size).Times(-9)) * randn(size).sign(),
            _ => zeros(size),
        };
        numbers[..3] = 0;
        foreach (var (code, x) in ((BlockwiseCode, Tensor)[])[(BlockwiseCode.Signed, numbers), (BlockwiseCode.Unsigned, numbers.Squared())])
        {
            var (codes, scales) = (code.Zeros(x), BlockwiseCode.ZeroScales(x));
            Assert.Equal(0, code.Decode(codes, scales, x).count_nonzero().item<long>());
            code.Encode(x, codes, scales);
            var rounded = code.Decode(codes, scales, x);
            var table = code.Decode(Scalars.Range(256, uint8).view(1, 256), ones(1), zeros(256));
            var scale = scales.repeat_interleave(256)[..(int)size].AtLeast(1e-30);
            var nearest = ((x / scale).unsqueeze(1) - table).abs().amin([1]);
            Assert.True(((rounded - x).abs() / scale - nearest).abs().max().item<float>() < 1e-6);
            var (plain, plainScales) = (code.Zeros(x), BlockwiseCode.ZeroScales(x));
            code.EncodePlain(x, plain, plainScales);
            Assert.True(plain.equal(codes).all().item<bool>() && plainScales.equal(scales).all().item<bool>());
            Assert.True(code.DecodePlain(codes, scales, x).equal(rounded).all().item<bool>());
        }
    }

    [Fact]
    public void Adam_in_eight_bits_follows_adam_within_its_rounding()
    {
        using var scope = NewDisposeScope();
        using Trainee full = new(1e-3), eight = new(1e-3);
        using Optimizer adam = OptimizerResumeTests.Make("AdamW", full), coded = OptimizerResumeTests.Make("AdamW8bit", eight);
        var start = full.Values();
        for (int step = 0; step < 30; step++)
        {
            full.Step(adam, step);
            eight.Step(coded, step);
            // The first step begins with exact zeros; small tensors are exact always.
            foreach (var (name, value) in eight.Values())
                if (step == 0 || name != "large") Assert.True(value.equal(full.Values()[name]).all().item<bool>(), name);
        }
        var (exact, rounded) = (full.Values()["large"], eight.Values()["large"]);
        // 1.7 %: numbers of the code's highest decade are off by up to 7 %, and the roundings of 30 steps partly cancel.
        Assert.InRange(((rounded - exact).norm() / (exact - start["large"]).norm()).item<float>(), 1e-4, 0.03);
        Assert.Equal(uint8, coded.Export()["large.exp_avg"].dtype);
        Assert.Equal(float32, coded.Export()["small.exp_avg"].dtype);
    }

    [Fact]
    public void Rows_and_columns_are_exact_for_gradients_of_rank_one()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (start, gradient) = (randn(8, 48), rand(8, 1).Plus(0.5) * randn(1, 48));
        var (whole, factored) = (After("factored=False"), After("factored=True"));
        Assert.True((whole - start).abs().max().item<float>() > 1e-2);
        Assert.True((whole - factored).abs().max().item<float>() < 1e-5);

        Tensor After(string arguments)
        {
            var weights = start.clone().requires_grad_();
            using var optimizer = OptimizerKinds.Find("prodigyplus").Read(OptimizerResumeTests.ArgumentsOf(arguments + " d0=0.01")).Make([new("all", [new("w", weights)], 1)]);
            for (int step = 0; step < 4; step++)
            {
                weights.grad = gradient.clone();
                optimizer.Step();
            }
            return weights.detach().clone();
        }
    }

    [Theory]
    [InlineData(12, 30)]
    [InlineData(30, 12)]
    public void Muon_applies_its_polynomial_to_the_singular_values(long rows, long columns)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var x = randn(rows, columns);
        var (u, s, v) = linalg.svd(x.to(float64), fullMatrices: false);
        s /= s.Squared().sum().sqrt();
        for (int i = 0; i < 5; i++) s = (s.Times(3.4445) - s.Power(3).Times(4.7750)).Plus(s.Power(5).Times(2.0315));
        var expected = u.mm(diag(s)).mm(v);
        Assert.InRange((Muon.Orthogonalized(x, 5, float32).to(float64) - expected).abs().max().item<double>(), 0, 1e-5);
        // bf16 rounds by 2⁻⁹, and each of the five iterations multiplies small roundings by up to 3.4.
        Assert.InRange(((Muon.Orthogonalized(x, 5, bfloat16).to(float64) - expected).norm() / expected.norm()).item<double>(), 0, 0.1);
    }

    [Fact]
    public void Muon_steps_matrices_and_kernels_and_leaves_the_rest_to_adam()
    {
        using var scope = NewDisposeScope();
        using Trainee muon = new(0.01), adam = new(0.01);
        using Optimizer optimizer = OptimizerResumeTests.Make("Muon", muon, "weight_decay=0.5 ns_dtype=float32"), reference = OptimizerResumeTests.Make("AdamW", adam, "betas=0.9,0.98 weight_decay=0");
        var momentum = new Dictionary<string, Tensor>();
        for (int step = 0; step < 3; step++)
        {
            var before = muon.Values();
            muon.SetGradients(step);
            var gradients = muon.Parameters.Where(p => p.Value.grad is not null).ToDictionary(p => p.Name, p => p.Value.grad!.clone());
            optimizer.Step();
            optimizer.ZeroGradients();
            adam.Step(reference, step);
            foreach (var (name, gradient) in gradients.Where(g => g.Key is "large" or "small" or "kernel"))
            {
                momentum[name] = momentum.TryGetValue(name, out var m) ? m.Times(0.95).Plus(gradient) : gradient;
                var matrix = gradient.Plus(momentum[name].Times(0.95)).reshape(gradient.shape[0], -1);
                double scale = 0.2 * Math.Sqrt(Math.Max(matrix.shape[0], matrix.shape[1]));
                var expected = before[name].Times(1 - 0.01 * 0.5) - Muon.Orthogonalized(matrix, 5, float32).reshape(gradient.shape).Times(scale * 0.01);
                Assert.True((muon.Values()[name] - expected).abs().max().item<float>() < 1e-5, name);
            }
        }
        foreach (string name in (string[])["vector", "embed"]) Assert.True(muon.Values()[name].equal(adam.Values()[name]).all().item<bool>(), name);
    }
}
