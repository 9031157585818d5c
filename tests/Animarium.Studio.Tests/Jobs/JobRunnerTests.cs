using Animarium.Studio.Generation;
using Animarium.Studio.Jobs;
using Animarium.Studio.Jobs.Work;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Animarium.Studio.Tests.Jobs;

/// <summary>The runner against workers that die, do not start, or are slow.</summary>
public sealed class JobRunnerTests : IAsyncDisposable
{
    private readonly StudioForTest studio = new();
    private readonly ScriptedPlace place = new();
    private readonly CancellationTokenSource end = new();
    private readonly List<(string Path, long Job)> entered = [];
    private Task running = Task.CompletedTask;
    private JobRunner runner = null!;
    private IAsyncEnumerator<JobEvent> feed = null!;

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await running;
        studio.Dispose();
        end.Dispose();
    }

    [Fact]
    public async Task Pictures_get_names_of_their_own_and_come_into_the_gallery()
    {
        long a = studio.Queue.Add(StudioForTest.Pictures(3)).Id, b = studio.Queue.Add(StudioForTest.Pictures(2)).Id;
        Run();
        await Until(b, JobState.Done);
        string[] paths = [.. studio.Queue.Pictures(a).Concat(studio.Queue.Pictures(b)).Select(picture => Path.GetFileName(picture.Path!))];
        Assert.Equal(["same.png", "same-2.png", "same-3.png", "same-4.png", "same-5.png"], paths);
        Assert.Equal(5, entered.Count);
        Assert.All(studio.Queue.Pictures(a), picture => Assert.NotNull(picture.Gallery));
    }

    [Fact]
    public async Task A_worker_gets_ready_before_anybody_orders_and_ends_when_nobody_does()
    {
        Run();
        runner.Expect(Settings.Empty.With("model", "mine"), Settings.Empty.With("precision", "fp32"));
        runner.Expect(Settings.Empty, Settings.Empty); // another page is opened: the worker is up
        await Happened(() => place.Workers.TryPeek(out var worker) && !worker.Heard.IsEmpty);
        Assert.True(place.Workers.TryPeek(out var ready));
        var heard = Assert.IsType<GetReady>(Assert.Single(ready.Heard));
        Assert.Equal(("mine", "fp32"), ((string)heard.Settings["model"]!, (string)heard.Usual["precision"]!));
        await Happened(() =>
        {
            studio.Time.Advance(TimeSpan.FromMinutes(6));
            return ready.IsDisposed;
        });

        long id = studio.Queue.Add(StudioForTest.Pictures(1)).Id;
        await Until(id, JobState.Done);
        Assert.Equal(2, place.Workers.Count);
    }

    [Fact]
    public async Task An_order_keeps_the_defaults_of_its_moment()
    {
        var usual = Settings.Empty.With("steps", "9").With("rating", "sensitive").With("out", "{seed}-mine.png");
        var queue = new JobQueue(studio.Database, studio.Queue.Feed, studio.Time) { Usual = () => usual };
        long id = queue.Add(StudioForTest.Pictures(1)).Id;
        usual = Settings.Empty.With("steps", "10");
        var sent = new List<DrawPicture>();
        place.Script = (worker, message) =>
        {
            if (message is DrawPicture picture) sent.Add(picture);
            worker.Draw(message);
        };
        Run();
        await Until(id, JobState.Done);
        Assert.Equal(9, (int)sent[0].Usual["steps"]!);
        Assert.False(sent[0].Settings.ContainsKey("steps")); // the model may still say otherwise
        Assert.EndsWith("{seed}-mine.png", (string)sent[0].Settings["out"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_kills_its_worker_fails_after_three_deaths_and_the_others_are_drawn()
    {
        place.Script = (worker, message) =>
        {
            if (message is NamePicture { Number: 1 } or DrawPicture { Number: 1, Path: not null }) worker.Die("signal 11");
            else worker.Draw(message);
        };
        long id = studio.Queue.Add(StudioForTest.Pictures(5)).Id;
        Run();
        await Until(id, JobState.Failed, moveClock: true);
        var pictures = studio.Queue.Pictures(id);
        Assert.Equal(["saved", "failed", "saved", "saved", "saved"], pictures.Select(picture => picture.State));
        Assert.Contains("signal 11", pictures[1].Message, StringComparison.Ordinal);
        Assert.Equal((4, 1), (studio.Queue.Find(id)!.Done, studio.Queue.Find(id)!.Failed));

        place.Script = (worker, message) => worker.Draw(message);
        studio.Queue.Retry(id);
        await Until(id, JobState.Done, moveClock: true);
    }

    [Fact]
    public async Task A_worker_that_hangs_is_replaced_and_a_picture_over_which_two_hang_fails()
    {
        place.Script = (worker, message) =>
        {
            if (message is not (NamePicture { Number: 1 } or DrawPicture { Number: 1, Path: not null })) worker.Draw(message);
        };
        long id = studio.Queue.Add(StudioForTest.Pictures(4)).Id;
        Run(silence: TimeSpan.FromMinutes(30));
        await Happened(() => studio.Queue.Find(id)!.Done == 3); // the others are finished beside it
        studio.Time.Advance(TimeSpan.FromMinutes(29));
        Assert.False(place.Workers.Single().IsDisposed); // still within its patience
        await Until(id, JobState.Failed, moveClock: true);
        var pictures = studio.Queue.Pictures(id);
        Assert.Equal(["saved", "failed", "saved", "saved"], pictures.Select(picture => picture.State));
        Assert.Contains("30 minutes", pictures[1].Message, StringComparison.Ordinal);
        Assert.Equal(2, place.Workers.Count);
        Assert.True(place.Workers.First().IsDisposed);
        Assert.Equal([1], place.Workers.Last().Heard.OfType<DrawPicture>().Select(picture => picture.Number));
    }

    [Fact]
    public async Task A_worker_that_tells_something_now_and_then_is_left_alone()
    {
        place.Script = (_, _) => { };
        long id = studio.Queue.Add(StudioForTest.Pictures(1)).Id;
        Run(silence: TimeSpan.FromMinutes(30));
        await Happened(() => place.Workers.SingleOrDefault()?.Heard.IsEmpty == false);
        var worker = place.Workers.Single();
        for (int step = 1; step <= 5; step++)
        {
            studio.Time.Advance(TimeSpan.FromMinutes(25));
            worker.Tell(new PictureStep { Job = id, Number = 0, Pass = 1, Step = step, Steps = 5, Seconds = 1500 });
            await Happened(e => e is JobStep told && told.Step == step);
        }
        Assert.False(worker.IsDisposed);
        Assert.Single(place.Workers);
    }

    [Fact]
    public async Task A_worker_that_does_not_start_stops_the_job_with_its_last_words()
    {
        place.Starts = false;
        long id = studio.Queue.Add(StudioForTest.Pictures(2)).Id;
        Run();
        await Until(id, JobState.Paused, moveClock: true);
        Assert.Equal("no libtorch", studio.Queue.Find(id)!.Message);
        place.Starts = true;
        studio.Queue.Continue(id);
        await Until(id, JobState.Done, moveClock: true);
    }

    [Fact]
    public async Task Pausing_and_cancelling_reach_the_worker_and_what_was_begun_keeps_its_name()
    {
        place.Script = (worker, message) =>
        {
            if (message is StopJob) foreach (var picture in worker.Heard.OfType<DrawPicture>().ToList()) worker.Tell(new WorkDropped { Job = picture.Job, Number = picture.Number });
            else if (message is DrawPicture { Path: null }) worker.Draw(message);
        };
        long id = studio.Queue.Add(StudioForTest.Pictures(4)).Id;
        Run();
        await Happened(() => studio.Queue.Pictures(id).Count == 2);
        string? name = studio.Queue.Pictures(id)[0].Path;
        studio.Queue.Pause(id);
        await Happened(() => place.Workers.Single().Heard.OfType<StopJob>().Any());
        Assert.Equal(JobState.Paused, studio.Queue.Find(id)!.State);
        place.Script = (worker, message) => worker.Draw(message);
        studio.Queue.Continue(id);
        await Until(id, JobState.Done);
        Assert.Equal(name, studio.Queue.Pictures(id)[0].Path);
        Assert.Equal(4, Directory.GetFiles(studio.Home.Pictures).Length);
    }

    [Fact]
    public async Task A_full_disk_pauses_the_job_and_costs_no_picture()
    {
        bool full = true;
        place.Script = (worker, message) =>
        {
            if (full && message is NamePicture name) worker.Tell(new WorkFailed { Job = name.Job, Number = name.Number, Code = WorkFailed.Output, Message = "No space left on device" });
            else worker.Draw(message);
        };
        long id = studio.Queue.Add(StudioForTest.Pictures(2)).Id;
        Run();
        await Until(id, JobState.Paused);
        await Happened(() => place.Workers.Single().Heard.OfType<StopJob>().Any()); // the other picture at the worker is let go of, too
        Assert.Equal("No space left on device", studio.Queue.Find(id)!.Message);
        full = false;
        studio.Queue.Continue(id);
        await Until(id, JobState.Done);
        Assert.Equal(0, studio.Queue.Find(id)!.Failed);
    }

    [Fact]
    public async Task A_locked_database_holds_the_work_up_and_nothing_is_lost()
    {
        long id = studio.Queue.Add(StudioForTest.Pictures(3)).Id;
        using (var other = new SqliteConnection($"Data Source={studio.Home.Database};Pooling=False"))
        {
            other.Open();
            other.Execute("BEGIN EXCLUSIVE");
            Run();
            await Happened(e => e is JobNotice { Code: "storage" });
            other.Execute("ROLLBACK");
        }
        await Until(id, JobState.Done, moveClock: true);
    }

    [Fact]
    public async Task A_worker_without_work_is_ended_and_comes_back_for_more()
    {
        long id = studio.Queue.Add(StudioForTest.Pictures(1)).Id;
        Run();
        await Until(id, JobState.Done);
        await Happened(() => { studio.Time.Advance(TimeSpan.FromMinutes(6)); return place.Workers.Single().IsDisposed; });
        id = studio.Queue.Add(StudioForTest.Pictures(1)).Id;
        await Until(id, JobState.Done);
        Assert.Equal(2, place.Workers.Count);
    }

    [Fact]
    public async Task A_picture_deleted_behind_its_back_is_not_drawn_again()
    {
        long id = studio.Queue.Add(StudioForTest.Pictures(2)).Id;
        Run();
        await Until(id, JobState.Done);
        File.Delete(studio.Queue.Pictures(id)[0].Path!);
        await end.CancelAsync();
        await running;
        studio.Restart();
        Assert.Equal((JobState.Done, 2), (studio.Queue.Find(id)!.State, studio.Queue.Find(id)!.Done));
    }

    [Fact]
    public async Task A_name_that_leads_out_of_the_folder_fails_the_picture()
    {
        var order = DrawOrder.Of(StudioForTest.Pictures(1).Plan.Common.With("out", "../../elsewhere/{seed}.png"), new Random(1));
        long id = studio.Queue.Add(order).Id;
        Run();
        await Until(id, JobState.Failed);
        Assert.Contains("elsewhere", studio.Queue.Pictures(id)[0].Message, StringComparison.Ordinal);
        Assert.Empty(place.Workers);
    }

    [Fact]
    public async Task Training_and_drawing_never_run_together_and_a_training_goes_on_after_a_death()
    {
        int trainings = 0;
        place.Script = (worker, message) =>
        {
            if (message is not Train training)
            {
                worker.Draw(message);
                return;
            }
            Assert.Equal(trainings > 0, training.Resume is not null);
            string run = Directory.CreateDirectory(Path.Combine(training.Runs, "miku")).FullName;
            File.WriteAllText(Path.Combine(run, "state.safetensors"), "");
            worker.Tell(new TrainingTold { Job = training.Job, Kind = "start", Facts = new() { ["folder"] = run, ["steps"] = 100, ["stepsDone"] = trainings * 50 } });
            if (trainings++ == 0) worker.Die("signal 9");
            else worker.Tell(new TrainingDone { Job = training.Job });
        };
        long a = studio.Queue.Add(new TrainOrder("pictures/miku", null, "miku", [])).Id, b = studio.Queue.Add(StudioForTest.Pictures(2)).Id;
        Run();
        await Until(b, JobState.Done, moveClock: true);
        Assert.Equal((JobState.Done, 100), (studio.Queue.Find(a)!.State, studio.Queue.Find(a)!.Total));
        Assert.Equal(2, trainings);
    }

    [Fact]
    public async Task An_evaluation_waits_for_its_turn_and_tells_how_far_it_is()
    {
        place.Script = (worker, message) =>
        {
            if (message is not Evaluate evaluation)
            {
                worker.Draw(message);
                return;
            }
            Assert.Equal("runs/miku", evaluation.Run);
            worker.Tell(new TrainingTold { Job = evaluation.Job, Kind = "start", Facts = new() { ["folder"] = evaluation.Run, ["steps"] = 0, ["stepsDone"] = 0 } });
            worker.Tell(new TrainingTold { Job = evaluation.Job, Kind = "drawn", Facts = new() { ["done"] = 3, ["total"] = 8 } });
            worker.Tell(new WorkFailed { Job = evaluation.Job, Code = "input", Message = "no checkpoint" });
        };
        long a = studio.Queue.Add(StudioForTest.Pictures(2)).Id, b = studio.Queue.Add(new EvaluateOrder("runs/miku")).Id;
        Run();
        await Until(b, JobState.Failed);
        var job = studio.Queue.Find(b)!;
        Assert.Equal((3, 8, "runs/miku", "no checkpoint"), (job.Done, job.Total, job.Folder, job.Message));
        Assert.Equal(JobState.Done, studio.Queue.Find(a)!.State);
    }

    [Fact]
    public void Orders_of_trainings_outlive_the_program()
    {
        var training = new TrainOrder("pictures/miku", "style", null, ["adapter.rank=4"]) { Resume = "runs/miku", Measures = true };
        var read = Assert.IsType<TrainOrder>(JobOrder.Read(JobKind.Train, training.ToJson().ToJsonString()));
        Assert.Equal((training.Source, training.Resume, training.Measures, "miku"), (read.Source, read.Resume, read.Measures, read.Title));
        var old = Assert.IsType<TrainOrder>(JobOrder.Read(JobKind.Train, """{"source":"a","goal":null,"trigger":null,"set":[]}"""));
        Assert.Equal((null, false), (old.Resume, old.Measures));
        Assert.Equal(new EvaluateOrder("runs/miku"), JobOrder.Read(JobKind.Evaluate, new EvaluateOrder("runs/miku").ToJson().ToJsonString()));
    }

    private void Run(TimeSpan? silence = null)
    {
        feed = studio.Queue.Feed.Watch(end.Token).GetAsyncEnumerator(end.Token);
        var options = new JobRunnerOptions(studio.Home.Pictures, studio.Home.Runs)
        {
            Silence = silence ?? Timeout.InfiniteTimeSpan, // most tests let the clock run faster than any worker
            Enter = (path, job) =>
            {
                entered.Add((path, job));
                return entered.Count;
            },
        };
        runner = new JobRunner(studio.Queue, place, options, studio.Time);
        running = Task.Run(async () =>
        {
            await using var ended = runner;
            await runner.Run(end.Token);
        });
    }

    private Task Until(long id, JobState state, bool moveClock = false) => Happened(() =>
    {
        if (moveClock) studio.Time.Advance(TimeSpan.FromSeconds(40));
        return studio.Queue.Find(id)!.State == state;
    });

    private async Task Happened(Func<JobEvent, bool> wanted)
    {
        while (await feed.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)))
            if (wanted(feed.Current)) return;
    }

    private static async Task Happened(Func<bool> wanted)
    {
        for (long start = Environment.TickCount64; !wanted(); await Task.Yield())
            Assert.True(Environment.TickCount64 - start < 30_000, "It does not happen.");
    }
}
