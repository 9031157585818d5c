using System.Diagnostics;
using System.Text.Json.Nodes;
using Animarium.Diffusion.Training;
using Animarium.Studio.Datasets;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Progress;

namespace Animarium.Studio.Training.Run;

/// <summary>
/// Trains a plan: caches, steps, measurements, checkpoints and sample pictures, in one order that does not depend on interruptions. Nothing is computed before
/// an event is asked for; ending the loop early, also by cancelling, keeps everything up to the last step.
/// </summary>
/// <param name="plan">What is trained.</param>
/// <param name="library">Models, for the sample pictures.</param>
/// <param name="hashes">Of weight files, for metadata and caches.</param>
/// <param name="cache">Folder for what the next run need not compute again; null: nothing is kept.</param>
/// <param name="time">Dates.</param>
public sealed class TrainingRun(TrainingPlan plan, ModelCatalog library, WeightHashes hashes, string? cache, TimeProvider time)
{
    /// <summary>The state is saved at least so often: a program that is killed repeats no more than that.</summary>
    private static readonly TimeSpan StateInterval = TimeSpan.FromMinutes(1);

    private readonly LossCourse losses = new(plan.Settings.Steps.EarlyStop);

    /// <summary>Runs to the end.</summary>
    /// <param name="resume">Whether to go on from the state in the run's folder.</param>
    /// <param name="cancellation">Looked at between two steps; the state is saved then.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; it can be resumed.</exception>
    /// <exception cref="TrainingDivergedException">The numbers are no numbers any more.</exception>
    /// <exception cref="DatasetException">A picture changed or cannot be read.</exception>
    /// <exception cref="TrainingWriteException">The disk is full, …; the last state is intact.</exception>
    public IEnumerable<TrainingEvent> Run(bool resume, CancellationToken cancellation = default)
    {
        foreach (var notice in resume ? plan.Notices : plan.Notices.Concat(TrainingCheck.Of(plan, cancellation))) yield return new TrainingNotice(notice);
        if (plan.Settings.Dataset.SkipBadPictures)
            foreach (var happened in LeaveOut(cancellation)) yield return happened;
        var watch = new FolderWatch(plan.Dataset);
        using var session = new TrainingSession(plan, hashes, cache);
        foreach (var notice in session.Notices) yield return new TrainingNotice(notice);
        foreach (var step in session.Fill(cancellation)) yield return step;
        if (resume) Load(session);
        plan = plan.In(session.Engine.PrecisionName);
        plan.Folder.Make();
        AtomicFile.Write(plan.Folder.Settings, System.Text.Encoding.UTF8.GetBytes(plan.SettingsText));

        // Before the first step, too: a disk without room says so before hours of work, and there is always something to go on from.
        if (!resume) Save(session);
        var checkpoints = new CheckpointWriter(plan, session, hashes, time);
        var samples = new SamplePictures(plan, library, session);
        using var metrics = MetricsLog.Open(plan.Folder.Metrics, session.Trainer.StepsDone);
        using var board = plan.Settings.Output.Tensorboard ? new TensorBoardLog(plan.Folder.TensorBoard, time) : null;
        foreach (var notice in samples.Notices) yield return new TrainingNotice(notice);
        yield return new TrainingStarted(plan, session.Engine.DeviceName, session.Engine.PrecisionName, session.Layers, session.Parameters, session.Trainer.StepsDone);

        if (session.Trainer.StepsDone == 0)
        {
            if (plan.MeasureEvery > 0) yield return Recorded(session.Measure(), metrics, board);
            if (plan.SampleEvery > 0 && plan.Settings.Sampling.AtFirst && samples.Draw(0) is { } sheet) yield return Recorded(new SamplesDrawn(0, sheet), metrics);
        }

        long started = Stopwatch.GetTimestamp(), saved = time.GetTimestamp();
        using var placed = session.Engine.Pipeline.PlaceForTraining(plan.Settings.Performance.BlocksToSwap ?? 0);
        foreach (var trained in session.Trainer.Run())
        {
            if (!trained.Skipped) losses.Add(trained.Loss);
            var step = new TrainingStep(trained.Step, plan.Length.Steps, session.Feed.EpochOf(trained.Step - 1) + 1, trained.Loss, losses.Smooth,
                session.Optimizer.Groups[0].LearningRate * trained.RateFactor, trained.GradientNorm, Stopwatch.GetElapsedTime(started).TotalSeconds, trained.Skipped, Environment.WorkingSet);
            yield return Recorded(step, trained, session, metrics, board);
            if (trained.Skipped) yield return new TrainingNotice(Notice.Of("train.skipped", trained.Step));

            bool last = trained.Step == plan.Length.Steps, ends = last;
            if (Due(plan.MeasureEvery) || last && plan.MeasureEvery > 0)
            {
                var measured = Recorded(session.Measure(), metrics, board);
                yield return measured;
                if (losses.Stops(measured.Loss) && !last)
                {
                    yield return new TrainingNotice(Notice.Of("train.early-stop", trained.Step, plan.Settings.Steps.EarlyStop));
                    ends = true;
                }
            }
            if (Due(plan.SampleEvery) || ends && plan.SampleEvery > 0)
                if (samples.Draw(trained.Step) is { } sheet) yield return Recorded(new SamplesDrawn(trained.Step, sheet), metrics);
            if (Due(plan.SaveEvery) || ends)
            {
                yield return Recorded(new CheckpointSaved(trained.Step, checkpoints.Write(trained.Step, samples.Latest), false), metrics);
                if (plan.Settings.Output.SaveState) Save(session, plan.Folder.StateOf(trained.Step));
                foreach (var old in checkpoints.Surplus()) File.Delete(old);
            }
            if (Due(plan.SaveEvery) || ends || cancellation.IsCancellationRequested || time.GetElapsedTime(saved) >= StateInterval)
            {
                Save(session);
                saved = time.GetTimestamp();
            }
            if (cancellation.IsCancellationRequested) yield return new TrainingNotice(Notice.Of("train.cancelled", trained.Step, plan.Folder.Path));
            cancellation.ThrowIfCancellationRequested();
            if (ends) break;
            if (session.Feed.EpochOf(trained.Step) > session.Feed.EpochOf(trained.Step - 1))
                foreach (var notice in OfFolder(watch)) yield return new TrainingNotice(notice);
            started = Stopwatch.GetTimestamp();

            bool Due(long every) => every > 0 && trained.Step % every == 0;
        }
        yield return Recorded(new CheckpointSaved(session.Trainer.StepsDone, checkpoints.WriteResult(samples.Latest), true), metrics);
    }

    /// <summary>Reads all pictures once, and goes on without those that are damaged.</summary>
    private IEnumerable<TrainingEvent> LeaveOut(CancellationToken cancellation)
    {
        IReadOnlyList<DatasetProblem> damaged;
        using (var first = new TrainingSession(plan, hashes, cache))
        {
            foreach (var step in first.Fill(cancellation)) yield return step;
            damaged = first.Damaged;
        }
        if (damaged.Count == 0) yield break;
        foreach (var problem in damaged) yield return new TrainingNotice(new("skipped", problem.Message));
        plan = plan.Without(damaged);
    }

    private static IEnumerable<Notice> OfFolder(FolderWatch watch)
    {
        if (watch.Look() is not { } changes) yield break;
        if (changes.New > 0) yield return Notice.Of("train.new-pictures", changes.New);
        if (changes.Changed + changes.Gone > 0) yield return Notice.Of("train.files-changed", changes.Changed, changes.Gone);
    }

    private void Load(TrainingSession session)
    {
        try
        {
            TrainingState.Load(plan.Folder.State, session.Trainer, session.Optimizer, session.Average);
            losses.Restore(TrainingState.Describe(plan.Folder.State).Notes);
        }
        catch (ArgumentException e)
        {
            throw new SettingException("resume", e.Message, e);
        }
    }

    private void Save(TrainingSession session, string? path = null) => TrainingWriteException.Guard(path ?? plan.Folder.State, plan.Folder.Path, () =>
    {
        TrainingState.Save(path ?? plan.Folder.State, session.Trainer, session.Optimizer, session.Average, plan.SettingsText, losses.Notes);
        return true;
    });

    private static TrainingStep Recorded(TrainingStep step, TrainedStep trained, TrainingSession session, MetricsLog metrics, TensorBoardLog? board)
    {
        var facts = new JsonObject
        {
            ["epoch"] = step.Epoch, ["loss"] = JsonNumber.Of(step.Loss), ["smooth_loss"] = JsonNumber.Of(step.SmoothLoss), ["sigma"] = trained.Sigma, ["learning_rate"] = step.LearningRate,
            ["gradient_norm"] = JsonNumber.Of(step.GradientNorm), ["seconds"] = step.Seconds, ["memory"] = step.Memory, ["skipped"] = step.Skipped,
        };
        foreach (var (name, value) in session.Optimizer.Findings) facts[name] = value;
        metrics.Write("step", step.Step, facts);
        board?.Scalar("loss/step", step.Step, step.Loss);
        board?.Scalar("loss/smooth", step.Step, step.SmoothLoss);
        board?.Scalar("gradient norm", step.Step, step.GradientNorm);
        foreach (var group in session.Optimizer.Groups) board?.Scalar($"learning rate/{group.Name}", step.Step, group.LearningRate * trained.RateFactor);
        foreach (var (name, value) in session.Optimizer.Findings) board?.Scalar(name, step.Step, value);
        return step;
    }

    private static TrainingMeasured Recorded(TrainingMeasured measured, MetricsLog metrics, TensorBoardLog? board)
    {
        metrics.Write("measured", measured.Step, new()
        {
            ["loss"] = JsonNumber.Of(measured.Loss), ["held_back"] = measured.HeldBack, ["sigmas"] = new JsonArray([.. measured.Levels.Select(level => JsonValue.Create(level.Sigma))]),
            ["losses"] = new JsonArray([.. measured.Levels.Select(level => JsonNumber.Of(level.Loss))]),
        });
        board?.Scalar("loss/measured", measured.Step, measured.Loss);
        foreach (var (sigma, loss) in measured.Levels) board?.Scalar(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"loss at sigma/{sigma:0.00}"), measured.Step, loss);
        return measured;
    }

    private static CheckpointSaved Recorded(CheckpointSaved saved, MetricsLog metrics)
    {
        metrics.Write("checkpoint", saved.Step, new() { ["path"] = Path.GetFileName(saved.Path), ["result"] = saved.IsResult });
        return saved;
    }

    private static SamplesDrawn Recorded(SamplesDrawn drawn, MetricsLog metrics)
    {
        metrics.Write("samples", drawn.Step, new() { ["path"] = Path.GetFileName(drawn.Path) });
        return drawn;
    }
}
