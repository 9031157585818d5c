using Animarium.Studio.Jobs.Work;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Jobs;

/// <summary>A worker died.</summary>
/// <param name="WasReady">Whether it had been able to work.</param>
/// <param name="LastWords">Why, as far as is known.</param>
/// <param name="Hung">Whether it did not die by itself but told nothing for too long.</param>
internal sealed record WorkerGone(bool WasReady, string LastWords, bool Hung = false);

/// <summary>A worker with work may have told nothing for too long.</summary>
internal sealed record WorkerSilent;

/// <summary>It is time for another worker.</summary>
internal sealed record WorkerRested;

/// <summary>Keeps at most one worker: brings it up when there is work, and after a death waits longer each time.</summary>
/// <param name="place">Where it works.</param>
/// <param name="patience">How long one that has work may tell nothing.</param>
/// <param name="time">For the waiting.</param>
/// <param name="tell">Gets its reports, <see cref="WorkerGone"/>, <see cref="WorkerRested"/> and <see cref="WorkerSilent"/>; from any thread.</param>
internal sealed class WorkerWatch(IWorkplace place, TimeSpan patience, TimeProvider time, Action<object> tell) : IAsyncDisposable
{
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private volatile IWorker? worker;
    private Task listening = Task.CompletedTask;
    private ITimer? rest, silence;
    private long heard;
    private volatile bool isReady;

    /// <summary>Whether a message would reach a worker, be it a new one.</summary>
    public bool CanWork => rest is null;

    /// <summary>Whether there is a worker.</summary>
    public bool IsUp => worker is not null;

    /// <summary>How many workers in a row died without finishing anything.</summary>
    public int Deaths { get; private set; }

    /// <summary>Tells the worker something; there is one then.</summary>
    public void Send(WorkMessage message)
    {
        if (worker is null)
        {
            isReady = false;
            worker = place.Start();
            listening = Listen(worker);
        }
        worker.Send(message);
    }

    /// <summary>It finished something: what was wrong before is over.</summary>
    public void Worked() => Deaths = 0;

    /// <summary>Buries a worker that told of its death. The first is replaced at once, those that die soon after it later and later.</summary>
    public async Task Bury()
    {
        await Stop().ConfigureAwait(false);
        Deaths++;
        if (Deaths == 1) return;
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Deaths - 2), LongestRest.TotalSeconds));
        rest = time.CreateTimer(_ => tell(new WorkerRested()), null, pause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The rest after a death is over.</summary>
    public void Rested()
    {
        rest?.Dispose();
        rest = null;
    }

    /// <summary>Its silence counts from now on, or not at all where it has nothing to do.</summary>
    public void Expect(bool works)
    {
        if (works && worker is not null)
        {
            heard = time.GetTimestamp();
            if (silence is null) silence = time.CreateTimer(_ => tell(new WorkerSilent()), null, patience, Timeout.InfiniteTimeSpan);
            else silence.Change(patience, Timeout.InfiniteTimeSpan);
        }
        else
        {
            silence?.Dispose();
            silence = null;
        }
    }

    /// <summary>What a silence means that was told: null if something was heard meanwhile.</summary>
    public WorkerGone? Judge() =>
        silence is not null && time.GetElapsedTime(heard) >= patience ? new(isReady, Words.Say("worker.silent", (int)patience.TotalMinutes), Hung: true) : null;

    /// <summary>Ends the worker and gives its memory back.</summary>
    public async Task Stop()
    {
        if (worker is not { } ended) return;
        worker = null;
        await ended.DisposeAsync().ConfigureAwait(false);
        await listening.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Rested();
        Expect(works: false);
        await Stop().ConfigureAwait(false);
    }

    private async Task Listen(IWorker listened)
    {
        await foreach (var report in listened.Reports.ConfigureAwait(false))
        {
            if (report is WorkerReady) isReady = true;
            tell(report);
        }
        if (worker == listened) tell(new WorkerGone(isReady, listened.LastWords)); // otherwise it was asked to end
    }
}
