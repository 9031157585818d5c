using System.Threading.Channels;
using Animarium.Studio.Generation;
using Animarium.Studio.Jobs.Work;
using Animarium.Studio.Storage;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Jobs;

/// <summary>
/// Works the queue off: hands pictures to a worker just ahead of their turn, and writes down what comes of them. Whatever happens arrives in one inbox and is
/// looked at one after the other, so that nothing here needs a lock.
/// </summary>
public sealed class JobRunner : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1), LongestRetry = TimeSpan.FromSeconds(30);

    private readonly Channel<object> inbox = Channel.CreateUnbounded<object>(new() { SingleReader = true });
    private readonly JobFeed feed;
    private readonly WorkDesk desk;
    private readonly WorkerWatch watch;
    private readonly ImportLane imports;
    private readonly TimeProvider time;
    private readonly TimeSpan idleTime;
    private ITimer? idle;
    private int looks;

    /// <summary>A runner of a queue; there is one.</summary>
    /// <param name="queue">What is to be done.</param>
    /// <param name="place">Where it is done.</param>
    /// <param name="options">Folders, the gallery, patience.</param>
    /// <param name="time">For waiting; no order depends on it.</param>
    public JobRunner(JobQueue queue, IWorkplace place, JobRunnerOptions options, TimeProvider time)
    {
        (feed, this.time, idleTime) = (queue.Feed, time, options.Idle);
        watch = new(place, options.Silence, time, happened => inbox.Writer.TryWrite(happened));
        desk = new(queue, watch, options, time);
        imports = new(queue, options, time);
    }

    /// <summary>Works until it is cancelled. What was being made then is made again at the next start, unless its file is finished.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        await Stored(desk.Restart, cancellation).ConfigureAwait(false);
        var importing = imports.Run(cancellation);
        var looking = LookOut(cancellation);
        try
        {
            await Feed(cancellation).ConfigureAwait(false);
            await foreach (object happened in inbox.Reader.ReadAllAsync(cancellation).ConfigureAwait(false)) await Handle(happened, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        finally
        {
            idle?.Dispose();
            await watch.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll(importing, looking).ConfigureAwait(false);
        }
    }

    /// <summary>Somebody may soon order pictures: a worker that has nothing to do comes up, and opens the model. Where it works already, this does nothing.</summary>
    /// <param name="said">What would be ordered.</param>
    /// <param name="usual">What holds where neither it nor the model says otherwise.</param>
    public void Expect(Settings said, Settings usual) => inbox.Writer.TryWrite(new GetReady { Job = 0, Settings = said.ToJson(), Usual = usual.ToJson() });

    private async Task Handle(object happened, CancellationToken cancellation)
    {
        bool changed = true;
        switch (happened)
        {
            case Look:
                Interlocked.Exchange(ref looks, 0);
                break;
            case WorkReport report:
                watch.Expect(!desk.IsEmpty);
                await Stored(() => changed = desk.Take(report), cancellation).ConfigureAwait(false);
                break;
            case GetReady expected when desk.IsEmpty && watch is { IsUp: false, CanWork: true }:
                watch.Send(expected);
                break;
            case WorkerGone gone:
                await Mourn(gone, cancellation).ConfigureAwait(false);
                break;
            case WorkerSilent when watch.Judge() is { } hung:
                await Mourn(hung, cancellation).ConfigureAwait(false);
                break;
            case WorkerRested:
                watch.Rested();
                break;
            case IdleOver when desk.IsEmpty:
                await watch.Stop().ConfigureAwait(false);
                break;
        }
        if (!changed) return;
        await Feed(cancellation).ConfigureAwait(false);
        WatchIdleness();
    }

    private async Task Feed(CancellationToken cancellation)
    {
        await Stored(desk.Feed, cancellation).ConfigureAwait(false);
        watch.Expect(!desk.IsEmpty);
    }

    private async Task Mourn(WorkerGone gone, CancellationToken cancellation)
    {
        await watch.Bury().ConfigureAwait(false);
        await Stored(() => desk.Mourn(gone), cancellation).ConfigureAwait(false);
    }

    private void WatchIdleness()
    {
        bool idles = desk.IsEmpty && watch.IsUp;
        if (idles) idle ??= time.CreateTimer(_ => inbox.Writer.TryWrite(new IdleOver()), null, idleTime, Timeout.InfiniteTimeSpan);
        else
        {
            idle?.Dispose();
            idle = null;
        }
    }

    /// <summary>Tries until it is stored: a database that is locked or a full disk holds the work up, and nothing is lost.</summary>
    private async Task Stored(Action write, CancellationToken cancellation)
    {
        for (var pause = FirstRetry; ; pause = pause * 2 < LongestRetry ? pause * 2 : LongestRetry)
        {
            try
            {
                write();
                return;
            }
            catch (StorageException e)
            {
                feed.Tell(new JobNotice(null, "storage", e.Message));
                await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Turns changes of jobs into one look at the queue, however many there are.</summary>
    private async Task LookOut(CancellationToken cancellation)
    {
        try
        {
            await foreach (var happened in feed.Watch(cancellation).ConfigureAwait(false))
                if (happened is JobChanged or JobRemoved or FeedGap && Interlocked.Exchange(ref looks, 1) == 0) inbox.Writer.TryWrite(new Look());
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    /// <summary>Ends the worker, if <see cref="Run"/> did not.</summary>
    public ValueTask DisposeAsync() => watch.DisposeAsync();

    private sealed record Look;

    private sealed record IdleOver;
}
