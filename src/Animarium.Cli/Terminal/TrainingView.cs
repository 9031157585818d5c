using System.Text.Json.Nodes;
using Animarium.Cli.Language;
using Animarium.Studio.Training.Run;
using Spectre.Console;

namespace Animarium.Cli.Terminal;

/// <summary>Shows what happens while something is trained, and by asking for it makes it happen.</summary>
internal static class TrainingView
{
    /// <summary>Shows a training to its end.</summary>
    public static void Show(IEnumerable<TrainingEvent> training, Output output)
    {
        if (output is PeopleOutput people) ForPeople(training, people);
        else foreach (var happened in training) Report(happened, output, _ => { });
    }

    /// <summary>A bar while pictures are prepared and steps are made, a line for what stays.</summary>
    private static void ForPeople(IEnumerable<TrainingEvent> training, PeopleOutput output)
    {
        using var events = training.GetEnumerator();
        for (bool more = events.MoveNext(); more;)
        {
            switch (events.Current)
            {
                case CachingStep first:
                    more = Bar(events, output, first.Kind == "latents" ? Texts.TrainLatents : Texts.TrainTexts, e => e is CachingStep step && step.Kind == first.Kind ? (step.Done, step.Total, null) : null);
                    continue;
                case TrainingStep first:
                    more = Bar(events, output, Texts.TrainSteps, e => e is TrainingStep step ? ((int)step.Step, (int)step.Steps, Texts.TrainBar.With(step.Epoch, step.SmoothLoss)) : null);
                    continue;
                case var other:
                    Report(other, output, words => output.Err.MarkupLine($"[grey]{Markup.Escape(PeopleOutput.Printable(words))}[/]"));
                    break;
            }
            more = events.MoveNext();
        }
    }

    private static bool Bar(IEnumerator<TrainingEvent> events, PeopleOutput output, string title, Func<TrainingEvent, (int Done, int All, string? Words)?> read)
    {
        bool more = true;
        StepProgress.Run(output.Err, title, (Action<int, int, string> report) =>
        {
            for (; more && read(events.Current) is var (done, all, words); more = events.MoveNext()) report(done, all, words ?? title);
        });
        return more;
    }

    /// <summary>One event: a line for programs, or words for people.</summary>
    private static void Report(TrainingEvent happened, Output output, Action<string> say)
    {
        switch (happened)
        {
            case TrainingNotice { Notice: var notice }:
                output.Warn(notice.Code, notice.Message);
                break;
            case CachingStep step:
                Line("caching", new() { ["kind"] = step.Kind, ["done"] = step.Done, ["total"] = step.Total });
                break;
            case TrainingStarted { Plan: var plan } start:
                Line("start", new()
                {
                    ["model"] = plan.Model.Name, ["device"] = start.Device, ["precision"] = start.Precision, ["pictures"] = plan.Dataset.Pictures.Count, ["steps"] = plan.Length.Steps,
                    ["epochs"] = plan.Length.Epochs, ["layers"] = start.Layers, ["parameters"] = start.Parameters, ["folder"] = plan.Folder.Path, ["seed"] = plan.Settings.Seed, ["stepsDone"] = start.StepsDone,
                });
                say(Texts.TrainStarted.With(plan.Model.Name, plan.Dataset.Pictures.Count, plan.Length.Steps, plan.Length.Epochs, start.Layers, start.Parameters, start.Device, start.Precision, plan.Folder.Path));
                if (start.StepsDone > 0) say(Texts.TrainResumed.With(start.StepsDone));
                break;
            case TrainingStep step:
                Line("step", new()
                {
                    ["step"] = step.Step, ["steps"] = step.Steps, ["epoch"] = step.Epoch, ["loss"] = Number(step.Loss), ["smoothLoss"] = Number(step.SmoothLoss), ["learningRate"] = step.LearningRate,
                    ["gradientNorm"] = Number(step.GradientNorm), ["seconds"] = step.Seconds, ["skipped"] = step.Skipped, ["memory"] = step.Memory,
                });
                break;
            case TrainingMeasured measured:
                Line("measured", new()
                {
                    ["step"] = measured.Step, ["loss"] = Number(measured.Loss), ["heldBack"] = measured.HeldBack,
                    ["levels"] = new JsonArray([.. measured.Levels.Select(level => new JsonObject { ["sigma"] = level.Sigma, ["loss"] = Number(level.Loss) })]),
                });
                say(Texts.TrainMeasured.With(measured.Step, measured.Loss));
                break;
            case SamplesDrawn drawn:
                Line("samples", new() { ["step"] = drawn.Step, ["path"] = drawn.Path });
                say(Texts.TrainSamples.With(drawn.Path));
                break;
            case CheckpointSaved saved:
                Line(saved.IsResult ? "result" : "checkpoint", new() { ["step"] = saved.Step, ["path"] = saved.Path });
                if (saved.IsResult && output is PeopleOutput people) people.Out.WriteLine(PeopleOutput.Printable(saved.Path));
                else say(Texts.TrainCheckpoint.With(saved.Step, saved.Path));
                break;
        }

        void Line(string kind, JsonObject facts) => output.Report(kind, facts, _ => { });
    }

    // JSON has no infinite numbers.
    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
