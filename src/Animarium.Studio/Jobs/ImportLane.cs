using Animarium.Studio.Storage;

namespace Animarium.Studio.Jobs;

/// <summary>Imports run beside the drawing, one after the other: they need the disk and no model.</summary>
internal sealed class ImportLane(JobQueue queue, JobRunnerOptions options, TimeProvider time)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    private readonly JobLedger ledger = new(queue.Store);

    /// <summary>Works until it is cancelled.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        if (options.Import is not { } import) return;
        try
        {
            // Watched from before the first look, so that no order falls between them.
            var changes = queue.Feed.Watch(cancellation);
            await Work(import, cancellation).ConfigureAwait(false);
            await foreach (var happened in changes.ConfigureAwait(false))
                if (happened is FeedGap or JobChanged { Job: { Kind: JobKind.Import, State: JobState.Waiting } }) await Work(import, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private Task Work(Action<string, Action<int, int>, CancellationToken> import, CancellationToken cancellation) => Task.Run(() =>
    {
        try
        {
            while (!cancellation.IsCancellationRequested && ledger.NextImport() is var (job, order)) Import(job, order, import, cancellation);
        }
        catch (StorageException e)
        {
            queue.Feed.Tell(new JobNotice(null, "storage", e.Message)); // tried again with the next order, or at the next start
        }
    }, CancellationToken.None);

    private void Import(Job job, ImportOrder order, Action<string, Action<int, int>, CancellationToken> import, CancellationToken cancellation)
    {
        ledger.Begin(new(job.Id, 0));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long? told = null;
        try
        {
            import(order.Folder, Progress, stop.Token);
            ledger.Ended(job.Id, null);
        }
        catch (OperationCanceledException)
        {
            // paused or cancelled, which its state says already; or the program ends, and it waits for the next start
        }
        catch (Exception e) // whatever is wrong with one folder, the others are still imported
        {
            ledger.Ended(job.Id, e.Message);
        }

        void Progress(int done, int total)
        {
            if (told is { } last && done < total && time.GetElapsedTime(last) < ProgressInterval) return;
            told = time.GetTimestamp();
            ledger.Progress(job.Id, done, total);
            if (queue.Find(job.Id) is not { State: JobState.Running }) stop.Cancel();
        }
    }
}
