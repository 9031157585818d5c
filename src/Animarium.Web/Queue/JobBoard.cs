using Animarium.Studio.Jobs;
using Microsoft.Extensions.Hosting;

namespace Animarium.Web.Queue;

/// <summary>What every page shows of the queue: read once from the <see cref="JobFeed"/>, however many browsers look on.</summary>
/// <param name="queue">The jobs.</param>
public sealed class JobBoard(JobQueue queue) : BackgroundService
{
    private const int MostShown = 200, MostRecent = 60;

    private readonly Lock access = new();
    private readonly Dictionary<long, JobStep> steps = [];
    private readonly LinkedList<JobPictureSaved> recent = [];
    private IReadOnlyList<Job> jobs = [];

    /// <summary>Something is different; not for every step of a fast machine.</summary>
    public event Action? Changed;

    /// <summary>A picture is in its file.</summary>
    public event Action<JobPictureSaved>? Saved;

    /// <summary>Something a person should know.</summary>
    public event Action<string>? Noticed;

    /// <summary>Jobs as <see cref="JobQueue.List"/> orders them.</summary>
    public IReadOnlyList<Job> Jobs => Volatile.Read(ref jobs);

    /// <summary>Pictures that were saved while the studio runs, latest first.</summary>
    public IReadOnlyList<JobPictureSaved> Recent
    {
        get
        {
            lock (access) return [.. recent];
        }
    }

    /// <summary>The last step of a job; null: it makes none just now.</summary>
    public JobStep? StepOf(long job)
    {
        lock (access) return steps.GetValueOrDefault(job);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var events = queue.Feed.Watch(stoppingToken);
        Read();
        foreach (var job in Jobs.Where(job => job.Kind == JobKind.Draw && job.Done > 0).OrderBy(job => job.Id))
            foreach (var picture in queue.Pictures(job.Id, Math.Max(0, job.Done - MostRecent), MostRecent).Where(picture => picture.State == "saved"))
                Remember(new(job.Id, picture.Number, picture.Path!, picture.Gallery, picture.Seconds ?? 0));
        await foreach (var happened in events)
        {
            Take(happened);
            Changed?.Invoke();
        }
    }

    private void Take(JobEvent happened)
    {
        switch (happened)
        {
            case JobStep step:
                lock (access) steps[step.JobId] = step;
                break;
            case JobPictureSaved saved:
                Remember(saved);
                Saved?.Invoke(saved);
                break;
            case JobPictureFailed failed:
                Noticed?.Invoke(failed.Message);
                break;
            case JobNotice notice:
                Noticed?.Invoke(notice.Message);
                break;
            case JobChanged or JobRemoved or FeedGap:
                Read();
                break;
        }
    }

    private void Remember(JobPictureSaved saved)
    {
        lock (access)
        {
            recent.AddFirst(saved);
            if (recent.Count > MostRecent) recent.RemoveLast();
        }
    }

    private void Read()
    {
        Volatile.Write(ref jobs, queue.List(0, MostShown));
        var drawing = Jobs.Where(job => job.State == JobState.Running).Select(job => job.Id).ToHashSet();
        lock (access)
        {
            foreach (long gone in steps.Keys.Where(id => !drawing.Contains(id)).ToList()) steps.Remove(gone);
        }
    }
}
