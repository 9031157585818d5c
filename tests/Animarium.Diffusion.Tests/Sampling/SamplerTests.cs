using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using CsCheck;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Sampling;

public sealed class SamplerTests
{
    public static TheoryData<string> All => [.. Sampler.All.Select(s => s.Id)];

    static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    /// <summary>A run of a random length, schedule, shift and share of denoising with random options.</summary>
    static readonly Gen<(int Steps, string Schedule, double Shift, double Denoise, SamplerOptions Options)> Runs = Gen.Select(
        Gen.Int[1, 24], Gen.OneOf(Schedule.All.Select(s => s.Id).ToArray()), Gen.Double[0.5, 10], Gen.OneOf(Gen.Const(1.0), Gen.Double[0.1, 1]),
        Gen.Select(
            Gen.OneOf(Gen.OneOf(0.0, 1.0), Gen.Double[0, 2]), Gen.OneOf(Gen.OneOf(0.0, 1.0), Gen.Double[0, 1.5]),
            Gen.Int[1, 4], Gen.Int[1, 3], Gen.Enum<ErSdeScaler>(),
            Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1]), Gen.Int[1, 6], Gen.Int[0, 6])
        .Select((eta, scale, order, stage, scaler, tau, predictor, corrector) => new SamplerOptions
        {
            Eta = eta, NoiseScale = scale, Order = order, MaxStage = stage, Scaler = scaler, Tau = new(tau.Item1, tau.Item2, eta),
            PredictorOrder = predictor, CorrectorOrder = corrector, SimpleOrder2 = predictor == 2,
        }));

    [Theory, MemberData(nameof(All))]
    public void Ends_in_finite_numbers_whatever_the_options(string id) => Runs.Sample(run =>
    {
        using var scope = NewDisposeScope();
        var context = Context(run.Steps, run.Schedule, run.Shift, run.Denoise, run.Options, out var model);
        var steps = 0;
        SamplerStep? last = null;
        foreach (var step in Sampler.Find(id).Sample(context))
        {
            Assert.Equal(context.X.shape, step.X.shape);
            Assert.Equal(context.X.shape, step.Denoised.shape);
            Assert.True(step.Sigma >= step.SigmaNext && step.Index < step.Count, $"{step}");
            (last, steps) = (step, steps + 1);
        }
        Assert.True(last!.IsLast);
        Assert.True(last.X.isfinite().all().item<bool>(), $"not finite after {steps} steps of {run}");
        if (Sampler.Find(id).CallsPerStep is { } calls) Assert.InRange(model.Calls, 1, calls * (context.Sigmas.Count - 1));
    }, iter: 60, threads: 1);

    [Theory, MemberData(nameof(All))]
    public void Leaves_no_tensor_but_the_result(string id)
    {
        var context = Context(9, "simple", 3, 1, new(), out _);
        long before = Live;
        for (int i = 0; i < 3; i++)
        {
            var result = Sampler.Find(id).Run(context);
            Assert.Equal(before + 1, Live);
            result.Dispose();
        }
        Assert.False(context.X.IsInvalid);
        Assert.Equal(before, Live);
    }

    [Theory, MemberData(nameof(All))]
    public void An_early_end_frees_everything(string id)
    {
        var context = Context(9, "karras", 3, 1, new(), out _);
        for (int stop = 0; stop < 7; stop++)
        {
            long before = Live;
            int done = 0;
            foreach (var step in Sampler.Find(id).Sample(context))
            {
                Assert.False(step.X.IsInvalid || step.Denoised.IsInvalid);
                if (step.IsLast) step.X.Dispose();
                if (done++ == stop) break;
            }
            Assert.Equal(before, Live);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_failing_model_frees_everything(string id)
    {
        var context = Context(9, "simple", 3, 1, new(), out var model);
        for (int call = 1; call < 8; call++)
        {
            long before = Live;
            (model.Calls, model.FailsAt) = (0, call);
            Assert.Throws<InvalidOperationException>(() => Sampler.Find(id).Run(context));
            Assert.Equal(before, Live);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Noise_changes_the_result_only_of_stochastic_samplers(string id)
    {
        using var scope = NewDisposeScope();
        var context = Context(9, "simple", 3, 1, new(), out _);
        var sampler = Sampler.Find(id);
        Tensor result = sampler.Run(context), other = sampler.Run(context with { Noise = (sigma, next) => context.Noise(sigma, next).Plus(1) });
        Assert.Equal(sampler.IsStochastic, !result.Equals(other));
    }

    [Theory, MemberData(nameof(All))]
    public void The_same_run_twice_gives_the_same(string id)
    {
        using var scope = NewDisposeScope();
        Assert.True(Sampler.Find(id).Run(Context(7, "beta", 3, 1, new(), out _)).Equals(Sampler.Find(id).Run(Context(7, "beta", 3, 1, new(), out _))));
    }

    [Fact]
    public void Without_noise_ancestral_and_stochastic_samplers_follow_the_flow()
    {
        // One Gaussian: every solver that follows the flow comes to the same picture as many steps of Euler's method do.
        using var scope = NewDisposeScope();
        var calm = new SamplerOptions { Eta = 0, Tau = new(0, 1, 0) };
        var expected = Sampler.Find("heun").Run(Context(400, "linspace", 3, 1, new(), out _));
        // These don't: ddpm and lcm always add noise, both dpm_* stop early, and the weights of the last two are not those of their method.
        string[] others = ["ddpm", "lcm", "dpm_fast", "dpm_adaptive", "ipndm_v", "dpmpp_2s_ancestral_cfg_pp"];
        Assert.All(Sampler.All.Where(s => !others.Contains(s.Id)), s =>
        {
            var context = Context(200, "linspace", 3, 1, calm, out var model);
            model.UnconditionalMean = 0.5;
            var result = s.Run(context);
            double error = ((result - expected).norm() / expected.norm()).item<float>();
            Assert.True(error < 0.02, $"{s.Id} is off by {error:g2}");
        });
    }

    [Theory, MemberData(nameof(All))]
    public void Ends_whatever_the_model_gives(string id) => Assert.All([float.NaN, float.PositiveInfinity, 1e30f], value =>
    {
        using var scope = NewDisposeScope();
        var context = Context(6, "simple", 3, 1, new(), out _);
        var steps = Sampler.Find(id).Sample(context with { Denoise = (x, sigma) => new(x.Times(value), x.Times(-value)) });
        Assert.InRange(steps.Count(), 1, 10_000);
    });

    [Fact]
    public void Says_what_is_wrong_with_the_levels() => Assert.All(new double[][] { [], [1], [0, 0], [0.5, 0.6, 0], [1, double.NaN, 0], [1.5, 0], [1, -1] }, sigmas =>
    {
        using var scope = NewDisposeScope();
        var context = Context(5, "simple", 3, 1, new(), out _) with { Sigmas = sigmas };
        Assert.Contains("noise levels", Assert.Throws<ArgumentException>(() => Sampler.All[0].Sample(context)).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.Contains("Eta", Assert.Throws<ArgumentOutOfRangeException>(() => new SamplerOptions { Eta = double.NaN }).Message, StringComparison.Ordinal);
        Assert.Contains("Order", Assert.Throws<ArgumentOutOfRangeException>(() => new SamplerOptions { Order = 5 }).Message, StringComparison.Ordinal);
        Assert.Contains("Tau", Assert.Throws<ArgumentOutOfRangeException>(() => new SamplerOptions { Tau = new(0, 1, -1) }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sampler_with_cfg_plus_plus_says_what_it_misses()
    {
        var context = Context(5, "simple", 3, 1, new(), out _);
        var blind = context with { Denoise = (x, sigma) => new(x.Times(0.5)) };
        Assert.All(Sampler.All.Where(s => s.NeedsUnconditional), s =>
            Assert.Contains("negative prompt", Assert.Throws<InvalidOperationException>(() => s.Run(blind)).Message, StringComparison.Ordinal));
    }

    static SamplerContext Context(int steps, string schedule, double shift, double denoise, SamplerOptions options, out GaussianModel model)
    {
        var flow = new Flow(shift);
        var used = model = new GaussianModel();
        using var generator = new Generator(7);
        int draws = 0;
        Tensor Noise()
        {
            using var seeded = new Generator((ulong)++draws);
            return randn([2, 4, 3, 3], generator: seeded);
        }
        var start = randn([2, 4, 3, 3], generator: generator);
        return new(used.Predict, start, Schedule.Find(schedule).Sigmas(flow, steps, denoise), (_, _) => Noise()) { Flow = flow, Options = options };
    }

    /// <summary>The exact estimate for pictures that are N(0.5, 0.36), and another mean without guidance.</summary>
    sealed class GaussianModel
    {
        public int Calls { get; set; }

        public double UnconditionalMean { get; set; } = 0.3;

        public int FailsAt { get; set; } = -1;

        public Prediction Predict(Tensor x, double sigma)
        {
            if (++Calls == FailsAt) throw new InvalidOperationException("The model fails.");
            using var scope = NewDisposeScope();
            double alpha = 1 - sigma, gain = alpha * 0.36 / (alpha * alpha * 0.36 + sigma * sigma);
            Tensor Estimate(double mean) => x.Minus(alpha * mean).Times(gain).Plus(mean).MoveToOuterDisposeScope();
            return new(Estimate(0.5), Estimate(UnconditionalMean));
        }
    }
}
