using Animarium.Diffusion.Guidance.Caching;
using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Guidance;

/// <summary>What step caching promises beside its arithmetic.</summary>
public sealed class CachingTests
{
    static readonly double[] Sigmas = Schedule.Find("simple").Sigmas(new(), 20);

    [Fact]
    public void Saves_calls_and_stays_near_the_picture()
    {
        using var scope = NewDisposeScope();
        var (exact, calls) = Draw(0);
        Assert.Equal(20, calls);
        var (near, fewer) = Draw(0.2);
        Assert.InRange(fewer, 5, 16);
        double distance = ((near - exact).norm() / exact.norm()).item<float>();
        Assert.InRange(distance, 1e-6, 0.05);
    }

    [Fact]
    public void Carries_the_estimate_of_the_negative_prompt_along()
    {
        using var scope = NewDisposeScope();
        using var cache = new EasyCache(new(1e9, 0, 1), new());
        var denoise = cache.Wrap((x, sigma) => new(x.Times(0.5), x.Times(0.25)));
        var x = randn(1, 16, 16, 16);
        for (int i = 0; i < 3; i++) denoise(x.Times(1 - 0.01 * i), 0.9 - 0.1 * i);
        Assert.Equal(1, cache.Skipped);
        var (denoised, unconditional) = denoise(x, 0.6);
        Assert.Equal(2, cache.Skipped);
        // v − x was kept at σ = 0.8, x·0.99: v = 0.5·x/0.8 and 0.75·x/0.8.
        Assert.True(denoised.allclose(x - x.Plus(x.Times(0.99).Times(0.5 / 0.8 - 1)).Times(0.6), 1e-4, 1e-5));
        Assert.True(unconditional!.allclose(x - x.Plus(x.Times(0.99).Times(0.75 / 0.8 - 1)).Times(0.6), 1e-4, 1e-5));
    }

    [Fact]
    public void A_run_that_starts_anew_runs_the_model()
    {
        using var scope = NewDisposeScope();
        int calls = 0;
        using var cache = new EasyCache(new(1e9, 0, 1), new());
        var denoise = cache.Wrap((x, sigma) =>
        {
            calls++;
            return new(x.Times(0.5));
        });
        foreach (long side in (long[])[16, 32])
        {
            var x = randn(1, 16, side, side);
            for (int i = 0; i < 4; i++) denoise(x.Times(1 - 0.01 * i), 0.9 - 0.1 * i);
        }
        Assert.Equal(4, calls);
    }

    [Fact]
    public void Caches_keep_no_more_than_they_need()
    {
        using var off = no_grad();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            Draw(0.2).Result.Dispose();
            using FirstBlockCache blocks = new(0.5);
            for (int i = 0; i < 5; i++) blocks.Apply(ones(1, 4, 8).Times(i), x => x.Plus(1), x => x.Times(2));
            using SpectrumForecaster forecaster = new(new() { History = 5, Calibration = 0.5 }, 20);
            for (int i = 0; i < 12; i++) forecaster.Observe(i, ones(4).Times(i));
            long kept = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            forecaster.Observe(12, ones(4));
            forecaster.Predict(13).Dispose();
            // The new argument, one made from it and nothing else.
            Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount - kept, 0, 1);
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_forecast_of_a_line_is_the_line()
    {
        using var scope = NewDisposeScope();
        using var forecaster = new SpectrumForecaster(new() { Ridge = 1e-9, Weight = 0.6 }, 20);
        for (int i = 0; i < 6; i++) forecaster.Observe(i, ones(4).Times(i));
        Assert.True(forecaster.Predict(7).allclose(ones(4).Times(7), 1e-4));
        using var empty = new SpectrumForecaster(new(), 20);
        Assert.Throws<InvalidOperationException>(() => empty.Predict(1));
    }

    [Fact]
    public void The_filter_passes_a_clean_picture()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 16, 7, 10);
        Assert.True(SeaFilter.Apply(x, 0).allclose(x, 1e-4, 1e-5));
        Assert.Equal(0, SeaFilter.Distance(x, x));
    }

    /// <summary>Euler's method on the exact denoiser of one Gaussian a pixel.</summary>
    static (Tensor Result, int Calls) Draw(double threshold)
    {
        int calls = 0;
        manual_seed(5);
        Tensor mean = randn(1, 16, 16, 16), start = randn(1, 16, 16, 16);
        using var cache = new EasyCache(new(threshold), new());
        var denoise = cache.Wrap((x, sigma) =>
        {
            calls++;
            double a = 1 - sigma, gain = a * 0.25 / (a * a * 0.25 + sigma * sigma);
            return new(mean.Plus((x - mean.Times(a)).Times(gain)));
        });
        return (Sampler.Find("euler").Run(new(denoise, start, Sigmas, (_, _) => throw new InvalidOperationException())), calls);
    }
}
