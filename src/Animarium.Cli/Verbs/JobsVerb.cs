using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Gallery;
using Animarium.Studio.Hardware;
using Animarium.Studio.Jobs;
using Animarium.Studio.Jobs.Work;
using Animarium.Studio.Preferences;
using Animarium.Studio.Storage;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium jobs</c>: works the studio's queue off without the page.</summary>
internal static class JobsVerb
{
    public static VerbCommand Command()
    {
        var data = new Option<string>("--data") { Description = Texts.DataOption, HelpName = Texts.PlaceholderPath };
        var list = new Option<bool>("--list") { Description = Texts.JobsList };
        var verb = new VerbCommand("jobs", Texts.JobsDescription, (parse, session) => Run(StudioFolder.Open(parse.GetValue(data), session), parse.GetValue(list), session))
        {
            Examples = ["jobs", "jobs --list"],
        };
        verb.Add(Texts.JobsGroup, list, data);
        return verb;
    }

    private static ExitCode Run((StudioHome Home, StudioSettings Settings) studio, bool onlyList, Session session)
    {
        var home = studio.Home;
        using var held = StudioLock.Take(home);
        using var database = StudioDatabase.Open(home, TimeProvider.System);
        if (database.Damaged is { } kept) session.Output.Warn("database-damaged", Texts.DatabaseDamaged.With(home.Database, kept));
        var queue = new JobQueue(database, new JobFeed(), TimeProvider.System);
        if (onlyList)
        {
            foreach (var job in queue.List()) Show(job, session);
            return ExitCode.Done;
        }
        using var over = CancellationTokenSource.CreateLinkedTokenSource(session.Cancellation);
        var options = JobRunnerOptions.Of(new PictureGallery(home, database, TimeProvider.System)) with { Idle = TimeSpan.FromMinutes(studio.Settings.IdleMinutes) };
        Work(queue, new ChildProcess(OwnProgram.Verb("worker"), home.WorkerLock, ChildProcess.PriorityOf(studio.Settings)), options, session, over).GetAwaiter().GetResult();
        session.Cancellation.ThrowIfCancellationRequested();
        return ExitCode.Done;
    }

    /// <summary>Runs until nothing is left that can be done.</summary>
    private static async Task Work(JobQueue queue, ChildProcess place, JobRunnerOptions options, Session session, CancellationTokenSource over)
    {
        var events = queue.Feed.Watch(over.Token);
        await using var runner = new JobRunner(queue, place, options, TimeProvider.System);
        var running = IsLeft(queue) ? runner.Run(over.Token) : Task.CompletedTask;
        try
        {
            if (!running.IsCompleted)
                await foreach (var happened in events.ConfigureAwait(false))
                {
                    Tell(happened, session);
                    if (happened is JobChanged { Job.State: not (JobState.Waiting or JobState.Running) } or FeedGap && !IsLeft(queue)) break;
                }
        }
        catch (OperationCanceledException) when (session.Cancellation.IsCancellationRequested)
        {
            // the running one still ends its worker
        }
        await over.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
    }

    private static bool IsLeft(JobQueue queue) => queue.Count() is var states && (states.GetValueOrDefault(JobState.Waiting) > 0 || states.GetValueOrDefault(JobState.Running) > 0);

    private static void Tell(JobEvent happened, Session session)
    {
        switch (happened)
        {
            case JobPictureSaved saved:
                session.Output.Report("image", new() { ["job"] = saved.JobId, ["picture"] = saved.Picture + 1, ["path"] = saved.Path, ["seconds"] = saved.Seconds }, console => console.WriteLine(saved.Path));
                break;
            case JobPictureFailed failed:
                session.Output.Warn("picture-failed", Texts.JobsPictureFailed.With(failed.JobId, failed.Picture + 1, failed.Message));
                break;
            case JobNotice notice:
                session.Output.Warn(notice.Code, notice.Message);
                break;
            case JobTraining training:
                var facts = new JsonObject { ["job"] = training.JobId };
                foreach (var (name, value) in training.Facts) facts[name] = value?.DeepClone();
                session.Output.Report("training-" + training.Kind, facts, _ => { });
                break;
            case JobChanged { Job: { State: not (JobState.Waiting or JobState.Running) } job }:
                Show(job, session);
                break;
        }
    }

    private static void Show(Job job, Session session) => session.Output.Report("job",
        new()
        {
            ["id"] = job.Id, ["kind"] = job.Kind.ToString().ToLowerInvariant(), ["state"] = job.State.ToString().ToLowerInvariant(), ["title"] = job.Title,
            ["done"] = job.Done, ["total"] = job.Total, ["failed"] = job.Failed, ["message"] = job.Message,
        },
        console => console.WriteLine(Texts.JobsRow.With(job.Id, job.State, job.Done, job.Total, job.Title, job.Message is { } message ? $" ({message})" : "")));
}
