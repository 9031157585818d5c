using System.Text.Json.Nodes;
using Animarium.Studio.Training.Run;

namespace Animarium.Studio.Training.Progress;

/// <summary>Events of a training as programs read them: the lines of <c>animarium train --json</c>, and what the studio's page gets.</summary>
public static class TrainingLine
{
    /// <summary>What kind of line it is, and its values; null for notices, which have a form of their own everywhere.</summary>
    public static (string Kind, JsonObject Facts)? Of(TrainingEvent happened) => happened switch
    {
        CachingStep step => ("caching", new() { ["kind"] = step.Kind, ["done"] = step.Done, ["total"] = step.Total }),
        TrainingStarted { Plan: var plan } start => ("start", new()
        {
            ["model"] = plan.Model.Name, ["device"] = start.Device, ["precision"] = start.Precision, ["pictures"] = plan.Dataset.Pictures.Count, ["steps"] = plan.Length.Steps,
            ["epochs"] = plan.Length.Epochs, ["layers"] = start.Layers, ["parameters"] = start.Parameters, ["folder"] = plan.Folder.Path, ["seed"] = plan.Settings.Seed, ["stepsDone"] = start.StepsDone,
        }),
        TrainingStep step => ("step", new()
        {
            ["step"] = step.Step, ["steps"] = step.Steps, ["epoch"] = step.Epoch, ["loss"] = JsonNumber.Of(step.Loss), ["smoothLoss"] = JsonNumber.Of(step.SmoothLoss), ["learningRate"] = step.LearningRate,
            ["gradientNorm"] = JsonNumber.Of(step.GradientNorm), ["seconds"] = step.Seconds, ["skipped"] = step.Skipped, ["memory"] = step.Memory,
        }),
        TrainingMeasured measured => ("measured", new()
        {
            ["step"] = measured.Step, ["loss"] = JsonNumber.Of(measured.Loss), ["heldBack"] = measured.HeldBack,
            ["levels"] = new JsonArray([.. measured.Levels.Select(level => new JsonObject { ["sigma"] = level.Sigma, ["loss"] = JsonNumber.Of(level.Loss) })]),
        }),
        SamplesDrawn drawn => ("samples", new() { ["step"] = drawn.Step, ["path"] = drawn.Path }),
        CheckpointSaved saved => (saved.IsResult ? "result" : "checkpoint", new() { ["step"] = saved.Step, ["path"] = saved.Path }),
        _ => null,
    };

    /// <summary>What a run will be: the one line of <c>animarium train --dry-run --json</c>.</summary>
    public static (string Kind, JsonObject Facts) Of(TrainingForecast forecast)
    {
        var (plan, settings) = (forecast.Plan, forecast.Plan.Settings);
        return ("forecast", new()
        {
            ["model"] = plan.Model.Name, ["device"] = forecast.Device, ["precision"] = forecast.Precision, ["pictures"] = plan.Dataset.Pictures.Count, ["imagesPerEpoch"] = plan.Dataset.ImagesPerEpoch,
            ["steps"] = plan.Length.Steps, ["epochs"] = plan.Length.Epochs, ["imagesSeen"] = plan.ImagesSeen, ["batch"] = settings.Steps.BatchSize, ["accumulation"] = settings.Steps.GradientAccumulation,
            ["layers"] = forecast.Layers, ["parameters"] = forecast.Parameters, ["fileBytes"] = forecast.FileBytes, ["stepSeconds"] = forecast.StepSeconds, ["seconds"] = forecast.Seconds, ["memory"] = forecast.Memory,
            ["buckets"] = new JsonArray([.. plan.Dataset.Buckets.Select(bucket => new JsonObject { ["width"] = bucket.Bucket.Width, ["height"] = bucket.Bucket.Height, ["images"] = bucket.Images })]),
            ["sigmas"] = new JsonArray([.. forecast.Sigmas.Select(share => JsonValue.Create(Math.Round(share, 4)))]),
        });
    }
}
