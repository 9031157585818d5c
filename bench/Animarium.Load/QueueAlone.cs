using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Animarium.Bench;
using Animarium.Web.Tests.Client;

namespace Animarium.Load;

/// <summary>How much of a run of small pictures is not denoising, from the order to the last picture in the gallery, while nobody else uses the studio.</summary>
static class QueueAlone
{
    public static async Task<Measurement> Run(HttpClient http, int pictures)
    {
        var steps = new List<(double Seconds, bool IsFirst)>();
        await using var stream = await http.GetStreamAsync(new Uri("api/v1/events", UriKind.Relative));
        var events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
        await events.MoveNextAsync(); // the greeting: from here on nothing is missed

        long start = Stopwatch.GetTimestamp();
        var order = new DrawSettings { Prompt = "1girl, solo, silver hair, blue eyes, smile", Model = "anima-mini", Seed = 1, Count = pictures };
        var job = await new StudioClient(http).AddJobAsync(new() { Settings = order });
        bool isOver = false;
        while (!isOver && await events.MoveNextAsync())
        {
            using var told = JsonDocument.Parse(events.Current.Data);
            if (events.Current.EventType == "step") steps.Add((told.RootElement.GetProperty("seconds").GetDouble(), told.RootElement.GetProperty("step").GetInt32() == 1));
            isOver = events.Current.EventType == "job" && told.RootElement.GetProperty("id").GetInt64() == job.Id && told.RootElement.GetProperty("state").GetString() is "done" or "failed";
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        // The first step of a picture is counted from the beginning of its batch: what it takes beyond a usual step is not denoising. A step that nobody was told of counts as none.
        double usual = Interleaved.Median([.. steps.Select(step => step.Seconds)]), denoising = steps.Sum(step => step.IsFirst ? Math.Min(step.Seconds, usual) : step.Seconds);
        return new("studio-alone") { Pictures = pictures, Seconds = seconds, PicturesPerSecond = pictures / seconds, Ratio = 1 - denoising / seconds };
    }
}
