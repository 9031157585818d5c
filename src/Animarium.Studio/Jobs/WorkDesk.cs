using System.Globalization;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.Jobs.Work;
using Animarium.Studio.Storage;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Run;

namespace Animarium.Studio.Jobs;

/// <summary>What is at the worker, and what becomes of it. Everything may be done again after a failure to store: it counts once.</summary>
internal sealed class WorkDesk(JobQueue queue, WorkerWatch watch, JobRunnerOptions options, TimeProvider time)
{
    /// <summary>Pictures at the worker whose first step was not made: one that is ready when the present one is drawn, and one that is being planned.</summary>
    private const int Ahead = 2;

    private const int MostCrashes = 3, MostHangs = 2, MostStarts = 3, MostTold = 1000;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5); // of a training, between two times it is written down

    private readonly JobFeed feed = queue.Feed;
    private readonly JobLedger ledger = new(queue.Store);
    private readonly PicturePlace place = new(options.Pictures);
    private readonly Dictionary<WorkId, Handed> handed = [];
    private readonly HashSet<long> running = [];
    private readonly HashSet<(long, string)> told = [];
    private long? progressTold;

    /// <summary>Whether nothing is at the worker.</summary>
    public bool IsEmpty => handed.Count == 0;

    /// <summary>After a start: pictures whose files were finished are entered, what is half written goes.</summary>
    public void Restart()
    {
        ledger.Restart();
        foreach (var (id, path) in ledger.Open())
        {
            if (!IsFinished(id, path)) AtomicFile.Forget(path);
        }
    }

    /// <summary>Stops what nobody wants any more, and hands out what is next, as far as there is room.</summary>
    public void Feed()
    {
        foreach (long id in handed.Keys.Select(work => work.Job).Distinct().ToList())
            if (handed.Any(work => work.Key.Job == id && !work.Value.IsStopped) && queue.Find(id) is not { State: JobState.Waiting or JobState.Running }) Stop(id);
        while (watch.CanWork && ledger.Next(handed.Keys) is { } next && Fits(next)) Hand(next);
        foreach (long id in running.Where(id => handed.Keys.All(work => work.Job != id)).ToList())
        {
            ledger.Wait(id);
            running.Remove(id);
        }
    }

    /// <summary>Takes a report.</summary>
    /// <returns>Whether something else may be handed out now.</returns>
    public bool Take(WorkReport report)
    {
        if (report is not WorkOn { Id: var id } || !handed.TryGetValue(id, out var work)) return false;
        switch (report)
        {
            case PicturePlanned planned:
                work.Path = ledger.Name(id, OutputNames.Numbered(planned.Path));
                running.Add(id.Job);
                watch.Send(new NamePicture { Job = id.Job, Number = id.Number, Path = work.Path });
                return false;
            case PictureStep step:
                feed.Tell(new JobStep(id.Job, id.Number, step.Pass, step.Step, step.Steps, step.Seconds, step.Preview));
                return !work.IsBegun && (work.IsBegun = true);
            case PictureDone done:
                Finish(id, work.Path!, done.Seconds);
                watch.Worked();
                break;
            case TrainingTold training:
                Follow(id.Job, training);
                return false;
            case TrainingDone:
                ledger.Ended(id.Job, null);
                watch.Worked();
                break;
            case WorkNotice notice:
                Notice(id.Job, notice.Code, notice.Message);
                return false;
            case WorkFailed { Code: WorkFailed.Output } failed:
                // The disk is full, or closed to us: the work itself is all right. What was stopped meanwhile must not stop once more what a person let go on.
                if (!work.IsStopped) ledger.Halt(id.Job, failed.Message);
                break;
            case WorkFailed failed:
                Fail(id, failed.Message);
                break;
        }
        handed.Remove(id);
        return true;
    }

    /// <summary>
    /// A worker died, or hung and was ended, with everything that was there. Any of it may be the reason: each is tried again, alone, and the one that does it again
    /// is found.
    /// </summary>
    public void Mourn(WorkerGone gone)
    {
        var (most, words) = gone.Hung ? (MostHangs, "worker.hangs") : (MostCrashes, "worker.crashes"); // a hang costs more time than a death
        Notice(null, "worker-ended", gone.LastWords);
        foreach (var (id, work) in handed.ToList())
        {
            if (work.Path is { } path && IsFinished(id, path)) { }
            else if (!gone.WasReady && watch.Deaths >= MostStarts) ledger.Halt(id.Job, gone.LastWords);
            else if (gone.WasReady && !work.IsStopped && ledger.Crashed(id) >= most) Fail(id, Words.Say(words, most, gone.LastWords));
            if (work.Path is { } left) AtomicFile.Forget(left);
            handed.Remove(id);
        }
    }

    private bool Fits(NextWork next)
    {
        bool alone = next.Job.IsWhole || next.Crashes > 0;
        return alone ? handed.Count == 0 : !handed.Values.Any(work => work.IsAlone) && handed.Values.Count(work => !work.IsBegun) < Ahead;
    }

    private void Hand(NextWork next)
    {
        if (next.Job.IsWhole) Whole(next);
        else
        {
            try
            {
                Draw(next);
            }
            catch (SettingException e)
            {
                Fail(next.Id, e.Message);
            }
        }
    }

    private void Draw(NextWork next)
    {
        var (said, usual) = ledger.SettingsOf(next.Id);
        var settings = place.Within(said, usual);
        string? path = next.Path;
        if (path is not null && File.Exists(path))
        {
            if (IsFinished(next.Id, path)) return;
            path = null; // somebody else took the name meanwhile
        }
        if (path is not null) Begin(next.Id);
        watch.Send(new DrawPicture { Job = next.Job.Id, Number = next.Number, Settings = settings.ToJson(), Usual = usual.ToJson(), Path = path });
        handed[next.Id] = new(next.Crashes > 0) { Path = path };
    }

    private void Whole(NextWork next)
    {
        WorkMessage message = ledger.OrderOf(next.Job) switch
        {
            EvaluateOrder evaluation => new Evaluate { Job = next.Job.Id, Run = evaluation.Run },
            TrainOrder order => new Train
            {
                Job = next.Job.Id, Source = order.Source, Goal = order.Goal, Trigger = order.Trigger, Set = order.Set, Runs = options.Runs, Measures = order.Measures,
                Resume = next.Job.Folder is { } folder && File.Exists(new RunFolder(folder, "").State) ? folder : order.Resume,
            },
            var other => throw new InvalidOperationException($"{other} is not one piece of work."),
        };
        Begin(next.Id);
        watch.Send(message);
        handed[next.Id] = new(IsAlone: true) { IsBegun = true };
    }

    private void Begin(WorkId id)
    {
        ledger.Begin(id);
        running.Add(id.Job);
    }

    private void Stop(long job)
    {
        watch.Send(new StopJob { Job = job });
        foreach (var work in handed.Where(work => work.Key.Job == job)) work.Value.IsStopped = true;
    }

    /// <summary>Enters a picture if its file is finished, whether or not anybody told so.</summary>
    private bool IsFinished(WorkId id, string path)
    {
        try
        {
            if (!PicturePlace.Holds(path, ledger.SettingsOf(id).Said)) return false;
        }
        catch (SettingException)
        {
            return false;
        }
        Finish(id, path, 0);
        return true;
    }

    // The gallery first: a crash between the two finds the file again and enters it once more, which changes nothing.
    private void Finish(WorkId id, string path, double seconds)
    {
        long? gallery = Entered(path, id.Job);
        ledger.Saved(id, path, gallery, seconds);
    }

    private long? Entered(string path, long job)
    {
        try
        {
            return options.Enter(path, job);
        }
        catch (Exception e) when (e is not StorageException)
        {
            Notice(job, "not-entered", e.Message); // deleted meanwhile, or read-only: the queue goes on
            return null;
        }
    }

    private void Fail(WorkId id, string message)
    {
        if (queue.Find(id.Job) is { IsWhole: true }) ledger.Ended(id.Job, message);
        else ledger.Failed(id, message);
    }

    /// <summary>Passes on what a training tells, and writes down how far it is now and then.</summary>
    private void Follow(long job, TrainingTold training)
    {
        feed.Tell(new JobTraining(job, training.Kind, training.Facts));
        if (training.Kind == "start")
        {
            ledger.Progress(job, Number("stepsDone"), Number("steps"), (string?)training.Facts["folder"]);
            progressTold = time.GetTimestamp();
        }
        else if (training.Kind == "drawn") ledger.Progress(job, Number("done"), Number("total"));
        else if (training.Kind == "step" && (progressTold is not { } last || time.GetElapsedTime(last) >= ProgressInterval || Number("step") == Number("steps")))
        {
            ledger.Progress(job, Number("step"), Number("steps"));
            progressTold = time.GetTimestamp();
        }

        int Number(string name) => training.Facts[name] is { } number ? int.Parse(number.ToJsonString(), CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Says something once: a thousand pictures of a job have the same notices.</summary>
    private void Notice(long? job, string code, string message)
    {
        if (told.Count > MostTold) told.Clear();
        if (job is not { } id || told.Add((id, message))) feed.Tell(new JobNotice(job, code, message));
    }

    /// <summary>A piece of work at the worker.</summary>
    private sealed record Handed(bool IsAlone)
    {
        public string? Path { get; set; }

        public bool IsBegun { get; set; }

        public bool IsStopped { get; set; }
    }
}
