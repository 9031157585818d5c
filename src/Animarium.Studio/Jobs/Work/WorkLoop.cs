using System.Collections.Concurrent;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;

namespace Animarium.Studio.Jobs.Work;

/// <summary>
/// A worker's inside: takes messages, plans pictures ahead of their turn, draws and trains one after the other. While one picture is drawn the next is planned
/// and named and the last one written, so that the machine never waits for anybody.
/// </summary>
/// <param name="tools">What it works with.</param>
/// <param name="tell">Gets the reports, from several threads.</param>
public sealed class WorkLoop(WorkTools tools, Action<WorkReport> tell) : IDisposable
{
    private readonly ConcurrentDictionary<WorkId, WorkItem> items = new();
    private readonly BlockingCollection<WorkItem> planned = [], ready = [];
    private readonly CancellationTokenSource ended = new();
    private WorkItem? current;
    private CancellationTokenSource? stop;

    /// <summary>Takes a message; returns at once.</summary>
    public void Take(WorkMessage message)
    {
        switch (message)
        {
            case DrawPicture picture:
                Add(new(new(picture.Job, picture.Number), picture), planned);
                break;
            case GetReady or Train or Evaluate:
                Add(new(new(message.Job, 0), message), ready);
                break;
            case NamePicture name when items.TryGetValue(new(name.Job, name.Number), out var item) && item.Plan is { } plan:
                plan.File = name.Path;
                ready.Add(item);
                break;
            case StopJob:
                foreach (var item in items.Values.Where(item => item.Id.Job == message.Job)) item.Stop();
                // Those that wait for their name or turn are let go of here or there, whoever meets them first.
                lock (items)
                    if (current?.Id.Job == message.Job) stop?.Cancel();
                foreach (var item in items.Values.Where(item => item.IsStopped && item.Plan is { File: null })) Drop(item);
                break;
        }
    }

    /// <summary>Works until <see cref="End"/>.</summary>
    public void Run()
    {
        var planner = new Thread(PlanAhead) { IsBackground = true, Name = "plan" };
        planner.Start();
        using var pictures = new PictureWork(this, tools);
        try
        {
            foreach (var item in ready.GetConsumingEnumerable(ended.Token))
                for (var next = item; next is not null;) next = Work(next, pictures);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
        planned.CompleteAdding();
        planner.Join();
    }

    /// <summary>Stops within a step; what is finished stays. May be called from any thread, more than once.</summary>
    public void End() => ended.Cancel();

    /// <summary>The next picture that is ready now; null: none is. What is no picture is handed back by <paramref name="other"/>.</summary>
    internal WorkItem? NextPicture(out WorkItem? other)
    {
        other = null;
        while (!ended.IsCancellationRequested && ready.TryTake(out var item))
        {
            if (item.IsStopped) Drop(item);
            else if (item.Plan is not null) return item;
            else
            {
                other = item;
                return null;
            }
        }
        return null;
    }

    /// <summary>From now on this is what a stop of its job interrupts.</summary>
    internal void Begin(WorkItem item)
    {
        lock (items)
        {
            current = item;
            if (item.IsStopped) stop?.Cancel();
        }
    }

    internal void Tell(WorkReport report) => tell(report);

    /// <summary>Ends a piece of work with its one last report.</summary>
    internal void Settle(WorkItem item, WorkReport last)
    {
        if (items.TryRemove(KeyValuePair.Create(item.Id, item))) tell(last);
    }

    internal void Drop(WorkItem item) => Settle(item, new WorkDropped { Job = item.Id.Job, Number = item.Id.Number });

    internal void Fail(WorkItem item, Exception e)
    {
        var (code, message) = tools.Words(e);
        Settle(item, new WorkFailed { Job = item.Id.Job, Number = item.Id.Number, Code = code, Message = message });
    }

    private void Add(WorkItem item, BlockingCollection<WorkItem> to)
    {
        items[item.Id] = item;
        to.Add(item);
    }

    /// <summary>Works on one item, and on those that follow it without a gap; returns one that is of another kind.</summary>
    private WorkItem? Work(WorkItem item, PictureWork pictures)
    {
        if (item.IsStopped)
        {
            Drop(item);
            return null;
        }
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        lock (items) (current, stop) = (item, interrupt);
        if (item.IsStopped) interrupt.Cancel();
        try
        {
            if (item.Plan is not null) return pictures.Draw(item, interrupt.Token);
            if (item.Message is GetReady expected)
            {
                Prepare(item, expected, pictures);
                return null;
            }
            pictures.Dispose(); // the model's memory is wanted elsewhere now
            if (item.Message is Evaluate) EvaluationWork.Run(this, tools, item, interrupt.Token);
            else TrainingWork.Run(this, tools, item, interrupt.Token);
            return null;
        }
        finally
        {
            lock (items) (current, stop) = (null, null);
        }
    }

    private void Prepare(WorkItem item, GetReady expected, PictureWork pictures)
    {
        items.TryRemove(KeyValuePair.Create(item.Id, item));
        try
        {
            pictures.Prepare(Planned(Read(expected.Settings), Read(expected.Usual), 1));
        }
        catch (Exception)
        {
            // Nobody has asked for a picture yet; who does is told.
        }
    }

    private void PlanAhead()
    {
        try
        {
            foreach (var item in planned.GetConsumingEnumerable(ended.Token)) Plan(item, (DrawPicture)item.Message);
        }
        catch (OperationCanceledException)
        {
            // the end
        }
    }

    private void Plan(WorkItem item, DrawPicture picture)
    {
        if (item.IsStopped)
        {
            Drop(item);
            return;
        }
        try
        {
            var plan = Planned(Read(picture.Settings), Read(picture.Usual), picture.Number + 1);
            foreach (var notice in plan.Notices) tell(new WorkNotice { Job = picture.Job, Number = picture.Number, Code = notice.Code, Message = notice.Message });
            plan.File = picture.Path;
            string name = plan.Names.Of(plan.Pictures().Single().Request, plan.First, tools.Time.GetLocalNow()).First();
            item.Plan = plan;
            if (item.IsStopped) Drop(item);
            else if (picture.Path is not null) ready.Add(item);
            else tell(new PicturePlanned { Job = picture.Job, Number = picture.Number, Path = name });
        }
        catch (Exception e)
        {
            Fail(item, e); // whatever is wrong with one picture, the worker goes on with the others
        }
    }

    private static Settings Read(System.Text.Json.Nodes.JsonObject json) => Settings.FromJson(System.Text.Json.JsonSerializer.SerializeToElement(json));

    private GenerationPlan Planned(Settings settings, Settings usual, int number)
    {
        try
        {
            return Make();
        }
        catch (ModelException)
        {
            tools.LookAgain(); // it may have been added since
            return Make();
        }

        GenerationPlan Make() => GenerationPlan.Make(settings, Settings.Empty, tools.Library, tools.Wildcards, Random.Shared, number, usual);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Dispose();
        planned.Dispose();
        ready.Dispose();
    }
}
