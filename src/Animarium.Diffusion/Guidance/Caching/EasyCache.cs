using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Guidance.Caching;

/// <summary>When EasyCache skips the model.</summary>
/// <param name="Threshold">The change of the output, summed up over skipped steps and relative to its size, from which the model runs again; 0 skips nothing.</param>
/// <param name="Start">The share of sampling before which nothing is skipped, 0 to 1.</param>
/// <param name="End">The share of sampling after which nothing is skipped, 0 to 1.</param>
public sealed record EasyCacheOptions(double Threshold = 0.2, double Start = 0.15, double End = 0.95);

/// <summary>
/// EasyCache (arXiv 2507.02860): the model is skipped while its output is expected to have changed little, and the last <c>v − x</c> is added to the new
/// state instead. How fast the output changes with the state is measured whenever two runs follow each other. The picture changes a little.
/// </summary>
/// <remarks>Pictures of a batch skip together. Samplers that inject noise gain little, since the state changes much from step to step.</remarks>
/// <param name="options">When to skip.</param>
/// <param name="flow">The flow that turns percents into σ.</param>
public sealed class EasyCache(EasyCacheOptions options, Flow flow) : IDisposable
{
    // Change is measured on every 8th row and column.
    const int Stride = 8;

    readonly double start = flow.PercentToSigma(options.Start), end = flow.PercentToSigma(options.End);
    double lastSigma = double.PositiveInfinity;
    Run? lastRun;
    (Tensor Guided, Tensor? Unconditional)? offsets;

    /// <summary>How many model calls were skipped.</summary>
    public int Skipped { get; private set; }

    /// <summary>The expected change since the last run of the model.</summary>
    internal double Cumulative { get; private set; }

    /// <summary>Change of the output per change of the state; null until it is measured.</summary>
    internal double? Rate { get; private set; }

    /// <summary>The denoiser with skipped calls. Its first estimate, the guided one, decides for both.</summary>
    public Denoiser Wrap(Denoiser denoise) => (x, sigma) =>
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        if (sigma > lastSigma) Dispose();
        lastSigma = sigma;
        var (denoised, unconditional) = sigma > end && sigma <= start && IsUnchanged(x) ? Reused(x, sigma) : Computed(denoise, x, sigma);
        return new(denoised.MoveToOuterDisposeScope(), unconditional?.MoveToOuterDisposeScope());
    };

    /// <summary>Adds the expected change of the output; too much of it starts the sum anew.</summary>
    bool IsUnchanged(Tensor x)
    {
        if (lastRun is null || Rate is not { } rate) return false;
        Cumulative += rate * Distance(x, lastRun.X) / lastRun.OutputSize;
        if (Cumulative < options.Threshold) return true;
        Cumulative = 0;
        return false;
    }

    Prediction Reused(Tensor x, double sigma)
    {
        Skipped++;
        var (guided, unconditional) = offsets!.Value;
        Tensor Denoised(Tensor offset) => Flow.Denoised(x, x.Plus(offset), sigma);
        return new(Denoised(guided), unconditional is null ? null : Denoised(unconditional));
    }

    Prediction Computed(Denoiser denoise, Tensor x, double sigma)
    {
        var prediction = denoise(x, sigma);
        if (sigma <= end) return prediction;
        Tensor Velocity(Tensor denoised) => (x - denoised).Over(sigma);
        var velocity = Velocity(prediction.Denoised);
        if (sigma <= start)
        {
            if (lastRun is not null) Rate = Distance(velocity, lastRun.Output) / Distance(x, lastRun.X);
            lastRun?.Dispose();
            lastRun = new(Samples(x).clone().DetachFromDisposeScope(), Samples(velocity).clone().DetachFromDisposeScope(), Mean(velocity));
        }
        DisposeOffsets();
        offsets = ((velocity - x).DetachFromDisposeScope(),
            prediction.Unconditional is { } unconditional ? (Velocity(unconditional) - x).DetachFromDisposeScope() : null);
        return prediction;
    }

    static Tensor Samples(Tensor t) => t.slice(-2, 0, long.MaxValue, Stride).slice(-1, 0, long.MaxValue, Stride);

    static double Distance(Tensor whole, Tensor samples) => Mean(Samples(whole) - samples);

    static double Mean(Tensor t) => t.abs().mean().item<float>();

    void DisposeOffsets()
    {
        offsets?.Guided.Dispose();
        offsets?.Unconditional?.Dispose();
        offsets = null;
    }

    /// <summary>Forgets what was computed; the next call runs the model.</summary>
    public void Dispose()
    {
        DisposeOffsets();
        lastRun?.Dispose();
        (lastRun, Rate, Cumulative) = (null, null, 0);
    }

    /// <summary>Samples of a run's state and velocity, and the mean size of the whole velocity.</summary>
    sealed record Run(Tensor X, Tensor Output, double OutputSize) : IDisposable
    {
        public void Dispose()
        {
            X.Dispose();
            Output.Dispose();
        }
    }
}
