using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Jobs;
using Animarium.Web.Api;
using Microsoft.Extensions.Hosting;

namespace Animarium.Web.Queue;

/// <summary>
/// The latest events in order, numbered: written as text once, however many listen, and told again to those whose connection broke for a while. Numbers begin with
/// a word of this run of the server, so that a number of an earlier run is not taken for one of this.
/// </summary>
internal sealed class EventHistory(JobFeed feed, TimeProvider time) : BackgroundService
{
    private const int Kept = 4096, KeptPreviews = 16;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15); // proxies close what is silent for longer

    private readonly string run = Guid.NewGuid().ToString("N")[..8];
    private readonly Lock access = new();
    private readonly (string Type, string Data, long? Job)[] ring = new (string, string, long?)[Kept];
    private readonly ConcurrentDictionary<long, (byte[] Picture, int Serial)> previews = new();
    private readonly Queue<long> over = new();
    private long count;
    private TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The latest preview of the picture that a job is at, a small JPEG, or null.</summary>
    public byte[]? PreviewOf(long job) => previews.TryGetValue(job, out var preview) ? preview.Picture : null;

    /// <summary>Where <see cref="PreviewOf"/> is read: another address for each preview, so that a browser asks for each once; null: there is none.</summary>
    public string? AddressOfPreview(long job) => previews.TryGetValue(job, out var preview) ? $"{ApiRoutes.Root}/jobs/{job}/preview?serial={preview.Serial}" : null;

    /// <summary>What happens from now on, or from behind an event that was heard before; with a heartbeat where nothing happens.</summary>
    /// <param name="last">The last event's number as it was told, or null.</param>
    /// <param name="job">Only what is about this job; null: all.</param>
    /// <param name="cancellation">Ends listening.</param>
    public async IAsyncEnumerable<SseItem<string>> Listen(string? last, long? job, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long next = Start(last, out bool isGap);
        if (isGap) yield return Gap(next);
        // At once, so that a client knows that it is heard and from where it can go on.
        yield return new("{}", "hello") { EventId = $"{run}.{next - 1}" };
        while (true)
        {
            List<SseItem<string>> told = [];
            Task more;
            lock (access)
            {
                if (next < count - Kept)
                {
                    next = count;
                    told.Add(Gap(next));
                }
                for (; next < count; next++)
                    if (ring[next % Kept] is var (type, data, about) && (job is null || about is null || about == job)) told.Add(new(data, type) { EventId = $"{run}.{next}" });
                more = arrived.Task;
            }
            foreach (var item in told) yield return item;
            if (told.Count == 0 && !await Within(more, cancellation)) yield return new("{}", "heartbeat");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var happened in feed.Watch(stoppingToken)) Add(happened);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> Within(Task more, CancellationToken cancellation)
    {
        try
        {
            await more.WaitAsync(Heartbeat, time, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private long Start(string? last, out bool isGap)
    {
        lock (access)
        {
            isGap = false;
            if (last is null) return count;
            bool known = last.Split('.') is [var of, var number] && of == run && long.TryParse(number, out long heard) && heard >= count - Kept - 1 && heard < count;
            isGap = !known;
            return known ? long.Parse(last.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture) + 1 : count;
        }
    }

    private SseItem<string> Gap(long next) => new("{}", "gap") { EventId = $"{run}.{next - 1}" };

    private void Add(JobEvent happened)
    {
        if (happened is JobStep { Preview: { } preview } seen) previews.AddOrUpdate(seen.JobId, (preview, 1), (_, before) => (preview, before.Serial + 1));
        if (happened is JobChanged { Job: { State: not JobState.Running } job } && previews.ContainsKey(job.Id)) Retire(job.Id);
        var (type, about, data) = Told(happened);
        string text = data.ToJsonString(ApiJson.Options);
        lock (access)
        {
            ring[count++ % Kept] = (type, text, about);
            arrived.TrySetResult();
            arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The last preview of a job stays for a while: browsers that were told of it ask for it a moment later.</summary>
    private void Retire(long job)
    {
        if (!over.Contains(job)) over.Enqueue(job);
        if (over.Count > KeptPreviews) previews.TryRemove(over.Dequeue(), out _);
    }

    private (string Type, long? Job, JsonNode Data) Told(JobEvent happened) => happened switch
    {
        JobChanged changed => ("job", changed.Job.Id, JsonSerializer.SerializeToNode(changed.Job, ApiJson.Options)!),
        JobRemoved removed => ("removed", removed.JobId, new JsonObject { ["job"] = removed.JobId }),
        JobStep step => ("step", step.JobId, new JsonObject
        {
            ["job"] = step.JobId, ["number"] = step.Picture, ["pass"] = step.Pass, ["step"] = step.Step, ["steps"] = step.Steps, ["seconds"] = step.Seconds,
            ["preview"] = step.Preview is null ? null : AddressOfPreview(step.JobId),
        }),
        JobPictureSaved saved => ("picture", saved.JobId, new JsonObject { ["job"] = saved.JobId, ["number"] = saved.Picture, ["picture"] = saved.Gallery, ["seconds"] = saved.Seconds }),
        JobPictureFailed failed => ("failed", failed.JobId, new JsonObject { ["job"] = failed.JobId, ["number"] = failed.Picture, ["message"] = failed.Message }),
        JobNotice notice => ("notice", notice.JobId, new JsonObject { ["job"] = notice.JobId, ["code"] = notice.Code, ["message"] = notice.Message }),
        JobTraining training => ("training", training.JobId, new JsonObject { ["job"] = training.JobId, ["kind"] = training.Kind, ["facts"] = training.Facts.DeepClone() }),
        _ => ("gap", null, new JsonObject()),
    };
}
