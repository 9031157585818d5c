using Animarium.Bench;
using Animarium.Browser.Tests;

namespace Animarium.Load;

/// <summary>The server's memory over time.</summary>
sealed class MemoryTrace(StudioProcess studio) : IAsyncDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    readonly List<long> bytes = [];
    readonly CancellationTokenSource ended = new();
    Task looking = Task.CompletedTask;

    public void Start() => looking = Look();

    /// <summary>The last third over the first: 1 is flat.</summary>
    public Measurement Summary()
    {
        int third = Math.Max(1, bytes.Count / 3);
        return new("studio-memory") { PeakBytes = bytes.Max(), Seconds = bytes.Count * Interval.TotalSeconds, Ratio = Interleaved.Median(bytes.TakeLast(third).Select(n => (double)n)) / Interleaved.Median(bytes.Take(third).Select(n => (double)n)) };
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await looking;
        ended.Dispose();
    }

    async Task Look()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do bytes.Add(studio.Memory);
            while (await timer.WaitForNextTickAsync(ended.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }
}
