namespace Animarium.Studio.Jobs;

/// <summary>What one reader of the feed has not read yet; bounded, whatever the reader does.</summary>
internal sealed class FeedReader
{
    private readonly Lock access = new();
    private readonly Queue<JobEvent> waiting = new();
    private readonly Dictionary<long, JobStep> steps = [];
    private TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Adds an event. A step takes the place of an unread one of its job; a preview that was not read yet stays with it.</summary>
    public void Add(JobEvent happened)
    {
        lock (access)
        {
            if (happened is JobStep step && steps.TryGetValue(step.JobId, out var unread))
            {
                steps[step.JobId] = step.Preview is null && unread.Picture == step.Picture ? step with { Preview = unread.Preview } : step;
                return;
            }
            if (happened is JobStep first) steps[first.JobId] = first;
            waiting.Enqueue(happened);
            if (waiting.Count > JobFeed.MostUnread)
            {
                waiting.Clear();
                steps.Clear();
                waiting.Enqueue(new FeedGap());
            }
            arrived.TrySetResult();
        }
    }

    /// <summary>The next event, when there is one.</summary>
    public async Task<JobEvent> Next(CancellationToken cancellation)
    {
        while (true)
        {
            Task more;
            lock (access)
            {
                if (waiting.TryDequeue(out var next)) return next is JobStep step && steps.Remove(step.JobId, out var latest) ? latest : next;
                if (arrived.Task.IsCompleted) arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
                more = arrived.Task;
            }
            await more.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }
}
