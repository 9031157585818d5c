using Animarium.Cli.Language;
using Animarium.Studio.Training.Progress;
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
        if (TrainingLine.Of(happened) is var (kind, facts)) output.Report(kind, facts, _ => { });
        switch (happened)
        {
            case TrainingNotice { Notice: var notice }:
                output.Warn(notice.Code, notice.Message);
                break;
            case TrainingStarted { Plan: var plan } start:
                say(Texts.TrainStarted.With(plan.Model.Name, plan.Dataset.Pictures.Count, plan.Length.Steps, plan.Length.Epochs, start.Layers, start.Parameters, start.Device, start.Precision, plan.Folder.Path));
                if (start.StepsDone > 0) say(Texts.TrainResumed.With(start.StepsDone));
                break;
            case TrainingMeasured measured:
                say(Texts.TrainMeasured.With(measured.Step, measured.Loss));
                break;
            case SamplesDrawn drawn:
                say(Texts.TrainSamples.With(drawn.Path));
                break;
            case CheckpointSaved { IsResult: true } saved when output is PeopleOutput people:
                people.Out.WriteLine(PeopleOutput.Printable(saved.Path));
                break;
            case CheckpointSaved saved:
                say(Texts.TrainCheckpoint.With(saved.Step, saved.Path));
                break;
        }
    }
}
