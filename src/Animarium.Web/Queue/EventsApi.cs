using System.Net.ServerSentEvents;
using Animarium.Studio.Jobs;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Animarium.Web.Queue;

/// <summary>What happens, as server-sent events.</summary>
internal static class EventsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/events", (EventHistory history, IHostApplicationLifetime life, HttpContext context, [FromHeader(Name = "Last-Event-ID")] string? last) => Send(history, life, context, last, null))
            .WithName("WatchEvents").WithSummary("What happens, as server-sent events; docs/api.md lists them.").WithTags("Events");
        api.MapGet("/jobs/{id:long}/events", (long id, JobQueue queue, EventHistory history, IHostApplicationLifetime life, HttpContext context, [FromHeader(Name = "Last-Event-ID")] string? last) =>
            Send(history, life, context, last, (queue.Find(id) ?? throw RefusedException.Unknown("job", id)).Id))
            .WithName("WatchJob").WithSummary("What happens to a job.").WithTags("Events").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static ServerSentEventsResult<string> Send(EventHistory history, IHostApplicationLifetime life, HttpContext context, string? last, long? job)
    {
        // Listeners must not hold up the end of the server.
        var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        context.Response.RegisterForDispose(ended);
        return TypedResults.ServerSentEvents(Until(history.Listen(last, job, ended.Token), ended.Token));
    }

    private static async IAsyncEnumerable<SseItem<string>> Until(IAsyncEnumerable<SseItem<string>> events, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ended)
    {
        await using var reader = events.GetAsyncEnumerator(ended);
        while (true)
        {
            try
            {
                if (!await reader.MoveNextAsync()) yield break;
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                yield break;
            }
            yield return reader.Current;
        }
    }
}
