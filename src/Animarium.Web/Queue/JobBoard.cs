using System.Threading.Channels;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Microsoft.Extensions.Hosting;

namespace Animarium.Web.Queue;

/// <summary>What every page shows of the queue: read once from the <see cref="JobFeed"/>, however many browsers look on.</summary>
/// <param name="queue">The jobs.</param>
/// <param name="time">For the pauses between two tellings.</param>
public sealed class JobBoard(JobQueue queue, TimeProvider time) : BackgroundService
{
    private const int MostRead = 1000;

    // Steps of a small model come a hundred times a second; the eye wants a few. To be drawn anew costs each page that looks on a hundredth of a second of a processor, which may be the one that draws the pictures.
    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(500), ForEachPage = TimeSpan.FromMilliseconds(150), Patience = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> untold = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Listeners<Action> changed = new();
    private readonly Listeners<Action<JobPictureSaved>> saving = new();
    private readonly Listeners<Action<string>> noticed = new();
    private readonly Lock access = new();
    private readonly Dictionary<long, JobStep> steps = [];
    private IReadOnlyList<Job> jobs = [];
    private JobPictureSaved? timed;
    private volatile bool isStale;

    /// <summary>Something is different: told at once, and then not again for a moment, whatever happens meanwhile; the more listen, the longer. Pages that show the queue listen through their <see cref="Onlooker"/>.</summary>
    public event Action? Changed
    {
        add => changed.Add(value);
        remove => changed.Remove(value);
    }

    /// <summary>A picture is in its file.</summary>
    public event Action<JobPictureSaved>? Saved
    {
        add => saving.Add(value);
        remove => saving.Remove(value);
    }

    /// <summary>Something a person should know.</summary>
    public event Action<string>? Noticed
    {
        add => noticed.Add(value);
        remove => noticed.Remove(value);
    }

    /// <summary>Jobs as <see cref="JobQueue.List"/> orders them.</summary>
    public IReadOnlyList<Job> Jobs => Volatile.Read(ref jobs);

    /// <summary>The latest picture that is in the gallery and of which is known how long it took; null: there is none.</summary>
    public JobPictureSaved? Timed => Volatile.Read(ref timed);

    /// <summary>How long nothing is told after something was, while so many pages look on.</summary>
    public static TimeSpan Pause(int pages) => ForEachPage * pages is var all && all > TellEvery ? all : TellEvery;

    /// <summary>Looks at once, since somebody has just changed something, and tells when it is time.</summary>
    /// <exception cref="StorageException">The jobs cannot be read.</exception>
    public void Look()
    {
        Read();
        untold.Writer.TryWrite(true);
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
        try
        {
            var telling = Tell(stoppingToken);
            await foreach (var happened in events)
            {
                Take(happened);
                untold.Writer.TryWrite(true);
            }
            await telling;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Tell(CancellationToken cancellation)
    {
        await Stored(() =>
        {
            Read();
            Remember(Jobs.Where(job => job.Kind == JobKind.Draw && job.Done > 0).OrderByDescending(job => job.Id).SelectMany(Finished).FirstOrDefault(IsTimed));
        }, cancellation);
        while (await untold.Reader.WaitToReadAsync(cancellation))
        {
            untold.Reader.TryRead(out _);
            if (isStale) await Stored(Read, cancellation);
            changed.Tell(listener => _ = Task.Run(listener)); // beside each other: told in turn, every page would wait until all those before it are drawn anew
            await Task.Delay(Pause(changed.Count), time, cancellation);
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
                saving.Tell(listener => listener(saved));
                break;
            case JobPictureFailed failed:
                noticed.Tell(listener => listener(failed.Message));
                break;
            case JobNotice notice:
                noticed.Tell(listener => listener(notice.Message));
                break;
            case JobChanged or JobRemoved or FeedGap:
                isStale = true;
                break;
        }
    }

    private IEnumerable<JobPictureSaved> Finished(Job job) => queue.Pictures(job.Id).Where(picture => picture.State == "saved")
        .Select(picture => new JobPictureSaved(job.Id, picture.Number, picture.Path!, picture.Gallery, picture.Seconds ?? 0));

    private static bool IsTimed(JobPictureSaved saved) => saved is { Seconds: > 0, Gallery: not null };

    private void Remember(JobPictureSaved? saved)
    {
        if (saved is not null && IsTimed(saved)) Volatile.Write(ref timed, saved);
    }

    private void Read()
    {
        isStale = false; // before it is read: what changes meanwhile is read once more
        Volatile.Write(ref jobs, queue.List(0, MostRead));
        var drawing = Jobs.Where(job => job.State == JobState.Running).Select(job => job.Id).ToHashSet();
        lock (access)
        {
            foreach (long gone in steps.Keys.Where(id => !drawing.Contains(id)).ToList()) steps.Remove(gone);
        }
    }

    /// <summary>Tries until it can be read, however long the database is locked.</summary>
    private async Task Stored(Action read, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                read();
                return;
            }
            catch (StorageException e)
            {
                noticed.Tell(listener => listener(e.Message));
                await Task.Delay(Patience, time, cancellation);
            }
        }
    }
}
