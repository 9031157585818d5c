using System.Diagnostics;
using Animarium.Diffusion.Noise;
using Animarium.Studio.Datasets;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Training.Settings;
using static TorchSharp.torch;

namespace Animarium.Studio.Training.Run;

/// <summary>What a run will be, before it is started: sizes that follow from the settings, and times from a measured step.</summary>
public sealed record TrainingForecast
{
    private const int Draws = 20_000, Bins = 10;

    /// <summary>What is trained.</summary>
    public required TrainingPlan Plan { get; init; }

    /// <summary>cpu, cuda:N or mps.</summary>
    public required string Device { get; init; }

    /// <summary>fp32, bf16 or fp16.</summary>
    public required string Precision { get; init; }

    /// <summary>Layers that are trained.</summary>
    public required int Layers { get; init; }

    /// <summary>Numbers that are trained.</summary>
    public required long Parameters { get; init; }

    /// <summary>Bytes of a saved file, metadata left out.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Seconds of a step, measured.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>Bytes the process had in memory after that step.</summary>
    public required long Memory { get; init; }

    /// <summary>The share of steps at noise levels of 0 to 0.1, 0.1 to 0.2, …: what all settings together make of them.</summary>
    public required IReadOnlyList<double> Sigmas { get; init; }

    /// <summary>Seconds of all steps; caches, measurements and sample pictures come on top.</summary>
    public double Seconds => StepSeconds * Plan.Length.Steps;

    /// <summary>Loads the model and makes two steps that are thrown away.</summary>
    /// <param name="plan">What would be trained.</param>
    /// <param name="hashes">Of weight files.</param>
    /// <param name="cache">Folder with what earlier runs computed, or null.</param>
    /// <param name="cancel">Looked at between the steps.</param>
    public static TrainingForecast Of(TrainingPlan plan, WeightHashes hashes, string? cache, CancellationToken cancel = default)
    {
        using var session = new TrainingSession(plan, hashes, cache);
        using var placed = session.Engine.Pipeline.PlaceForTraining(plan.Settings.Performance.BlocksToSwap ?? 0);
        double seconds = 0;
        long start = Stopwatch.GetTimestamp();
        // The first step also pays for memory and caches.
        foreach (var _ in session.Trainer.Run().Take(2))
        {
            cancel.ThrowIfCancellationRequested();
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
        }
        long bytes = plan.Settings.Output.Precision == "float" ? 4 : 2;
        return new()
        {
            Plan = plan, Device = session.Engine.DeviceName, Precision = session.Engine.PrecisionName, Layers = session.Layers, Parameters = session.Parameters,
            FileBytes = session.Parameters * bytes, StepSeconds = seconds, Memory = Environment.WorkingSet, Sigmas = Histogram(plan.Settings, plan.Dataset),
        };
    }

    /// <summary>How often each tenth of the noise levels comes, over all buckets.</summary>
    private static double[] Histogram(TrainingSettings settings, Dataset dataset)
    {
        using var scope = NewDisposeScope();
        var sampling = settings.EngineSampling();
        var random = new TorchGenerator(0);
        var draws = sampling.ReadsNormal ? random.Normal(Draws) : random.Uniform(Draws);
        var shares = new double[Bins];
        foreach (var (_, bucket, images, _) in dataset.Buckets)
        {
            using var sigma = sampling.Of(draws, bucket.Height / 8, bucket.Width / 8);
            foreach (float level in sigma.data<float>()) shares[Math.Clamp((int)(level * Bins), 0, Bins - 1)] += images / ((double)dataset.ImagesPerEpoch * Draws);
        }
        return shares;
    }
}
