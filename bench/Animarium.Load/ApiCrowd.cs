using System.Diagnostics;
using System.Globalization;
using System.Net.ServerSentEvents;
using Animarium.Web.Tests.Client;

namespace Animarium.Load;

/// <summary>Programs that order pictures, each in some jobs, and then look at this and that about once a second until their last job is over, to which they listen.</summary>
/// <param name="address">The studio.</param>
/// <param name="options">How many.</param>
/// <param name="timings">Where their requests are noted.</param>
sealed class ApiCrowd(Uri address, LoadOptions options, Timings timings)
{
    const int JobsEach = 2, LongestPause = 1500; // milliseconds

    /// <summary>Pictures that are in their files.</summary>
    public int Drawn => drawn;

    int drawn;

    public Task Run() => Task.WhenAll(Enumerable.Range(0, options.Clients).Select(Client));

    async Task Client(int number)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        var client = new StudioClient(http);
        int mine = options.Pictures / options.Clients + (number < options.Pictures % options.Clients ? 1 : 0);
        var jobs = new List<long>();
        try
        {
            for (int n = 0; n < JobsEach; n++)
            {
                int count = n == 0 ? mine / JobsEach : mine - mine / JobsEach;
                if (count == 0) continue;
                var order = new DrawSettings { Prompt = $"1girl, solo, smile, client {number}", Model = "anima-mini", Seed = (ulong)(number * 1000 + n * 500), Count = count };
                jobs.Add((await Timed("order", () => client.AddJobAsync(new() { Settings = order }, string.Create(CultureInfo.InvariantCulture, $"{number}-{n}")))).Id);
            }
            var over = Task.WhenAll(jobs.Select(Over));
            await Look(client, http, jobs, over, new Random(number));
            await over;
            foreach (long id in jobs)
                if (await client.GetJobAsync(id) is { State: not JobState.Done } job) timings.Fail($"job {id} is {job.State}: {job.Message}");
        }
        catch (Exception e) when (e is HttpRequestException or ApiException or TaskCanceledException or IOException)
        {
            timings.Fail($"client {number}: {e.Message}");
        }
    }

    /// <summary>What programs ask, until their jobs are over.</summary>
    async Task Look(StudioClient client, HttpClient http, List<long> jobs, Task over, Random random)
    {
        while (!over.IsCompleted)
        {
            switch (random.Next(5))
            {
                case 0:
                    await Timed("list", () => client.ListJobsAsync(0, 100));
                    break;
                case 1:
                    await Timed("job", () => client.GetJobAsync(jobs[random.Next(jobs.Count)]));
                    break;
                case 2:
                    await Timed("pictures", () => client.ListJobPicturesAsync(jobs[random.Next(jobs.Count)], 0, 100));
                    break;
                case 3:
                    await Timed("search", () => client.SearchPicturesAsync(text: "smile", take: 50));
                    break;
                default:
                    var page = await Timed("newest", () => client.SearchPicturesAsync(take: 20));
                    foreach (var picture in page.Pictures.Take(1)) await Timed("thumbnail", () => http.GetByteArrayAsync(new Uri(picture.Thumbnail, UriKind.Relative)));
                    break;
            }
            await Task.WhenAny(over, Task.Delay(random.Next(LongestPause / 3, LongestPause)));
        }
    }

    /// <summary>Listens until a job is over.</summary>
    async Task Over(long id)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        await using var stream = await http.GetStreamAsync(new Uri($"api/v1/jobs/{id}/events", UriKind.Relative));
        await foreach (var told in SseParser.Create(stream).EnumerateAsync())
        {
            if (told.EventType == "picture") Interlocked.Increment(ref drawn);
            if (told.EventType == "failed") timings.Fail($"job {id}: {told.Data}");
            if (told.EventType == "job" && (told.Data.Contains("\"state\":\"done\"", StringComparison.Ordinal) || told.Data.Contains("\"state\":\"failed\"", StringComparison.Ordinal))) return;
        }
        timings.Fail($"job {id}: its events ended before it.");
    }

    async Task<T> Timed<T>(string name, Func<Task<T>> ask)
    {
        long start = Stopwatch.GetTimestamp();
        var answer = await ask();
        timings.Add(name, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return answer;
    }
}
