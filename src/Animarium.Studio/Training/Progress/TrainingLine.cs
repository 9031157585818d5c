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
}
