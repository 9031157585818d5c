using System.Text.Json;
using Animarium.Studio.Jobs;
using Animarium.Studio.Plans;
using Animarium.Web.Api;
using Animarium.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Queue;

/// <summary>A picture of a job.</summary>
/// <param name="Number">Its number in the job, from 0.</param>
/// <param name="State"><c>open</c>, <c>saved</c> or <c>failed</c>.</param>
/// <param name="Picture">Its number in the gallery, once it is there.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Message">Why it failed.</param>
public sealed record JobPictureView(int Number, string State, long? Picture, double? Seconds, string? Message);

internal static class JobsApi
{
    private const int MostListed = 1000, LongestKey = 200, HighestPriority = 1000;

    public static void Map(IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapPost("", Add).WithName("AddJob").WithSummary("Puts an order at the end of the list. With the Idempotency-Key of an earlier one it is that earlier one.").ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        jobs.MapGet("", List).WithName("ListJobs").WithSummary("Jobs in the order in which they are worked off, those that are over behind them.");
        jobs.MapGet("/{id:long}", (long id, JobQueue queue) => Found(id, queue.Find(id))).WithName("GetJob").WithSummary("A job.").ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapGet("/{id:long}/order", Order).WithName("GetJobOrder").WithSummary("What was ordered.").ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapGet("/{id:long}/pictures", Pictures).WithName("ListJobPictures").WithSummary("Its pictures that were begun.").ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapGet("/{id:long}/preview", Preview).WithName("GetJobPreview").WithSummary("What the picture that is being drawn will look like.").Produces(StatusCodes.Status200OK, contentType: "image/jpeg").ProducesProblem(StatusCodes.Status404NotFound);
        Act(jobs, "pause", "PauseJob", "Stops it for now.", (queue, id) => queue.Pause(id));
        Act(jobs, "continue", "ContinueJob", "Lets a paused job go on.", (queue, id) => queue.Continue(id));
        Act(jobs, "cancel", "CancelJob", "Ends it; what is finished stays.", (queue, id) => queue.Cancel(id));
        Act(jobs, "retry", "RetryJob", "Takes up what a failed or cancelled job has not made.", (queue, id) => queue.Retry(id));
        jobs.MapPost("/{id:long}/move", (long id, MoveRequest to, JobQueue queue) => Found(id, queue.Move(id, to.Before))).WithName("MoveJob").WithSummary("Puts it before another one, or to the end.").ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapPost("/{id:long}/priority", Prioritize).WithName("PrioritizeJob").WithSummary("Higher priorities come first.").ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapPost("/{id:long}/trim", Trim).WithName("TrimJob").WithSummary("Takes pictures out of a job that draws; those that were begun stay.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        jobs.MapPost("/{id:long}/extend", Extend).WithName("ExtendJob").WithSummary("More pictures of every cell; a job that was done goes on.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        jobs.MapDelete("/{id:long}", Remove).WithName("RemoveJob").WithSummary("Takes a job that does not run off the list; its pictures stay.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static void Act(RouteGroupBuilder jobs, string verb, string name, string summary, Func<JobQueue, long, Job?> act) =>
        jobs.MapPost($"/{{id:long}}/{verb}", (long id, JobQueue queue) => Found(id, act(queue, id))).WithName(name).WithSummary(summary).ProducesProblem(StatusCodes.Status404NotFound);

    private static Created<Job> Add(JobRequest request, [FromHeader(Name = "Idempotency-Key")] string? key, JobQueue queue, OrderScreen screen, CancellationToken cancellation)
    {
        if (key is not null) ApiRoutes.RequireRange("Idempotency-Key", key.Length, 1, LongestKey);
        RequirePriority(request.Priority);
        var order = request.Order();
        screen.Require(order, cancellation);
        var job = queue.Add(order, key, request.Priority);
        return TypedResults.Created($"{ApiRoutes.Root}/jobs/{job.Id}", job);
    }

    private static Ok<IReadOnlyList<Job>> List(JobQueue queue, int offset = 0, int take = 100)
    {
        ApiRoutes.RequireWindow(offset, take, MostListed);
        return TypedResults.Ok(queue.List(offset, take));
    }

    private static Ok<JsonElement> Order(long id, JobQueue queue) =>
        TypedResults.Ok(JsonSerializer.SerializeToElement((queue.OrderOf(id) ?? throw RefusedException.Unknown("job", id)).ToJson()));

    private static Ok<List<JobPictureView>> Pictures(long id, JobQueue queue, int offset = 0, int take = 100)
    {
        ApiRoutes.RequireWindow(offset, take, MostListed);
        Found(id, queue.Find(id));
        return TypedResults.Ok(queue.Pictures(id, offset, take).Select(picture => new JobPictureView(picture.Number, picture.State, picture.Gallery, picture.Seconds, picture.Message)).ToList());
    }

    private static FileContentHttpResult Preview(long id, EventHistory history, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(history.PreviewOf(id) ?? throw RefusedException.Unknown("preview", id), "image/jpeg");
    }

    private static NoContent Remove(long id, JobQueue queue)
    {
        Found(id, queue.Find(id));
        return queue.Remove(id) ? TypedResults.NoContent() : throw new RefusedException(StatusCodes.Status409Conflict, "running", ApiText.Say("Running", id));
    }

    private static Ok<Job> Prioritize(long id, PriorityRequest wish, JobQueue queue)
    {
        RequirePriority(wish.Priority);
        return Found(id, queue.SetPriority(id, wish.Priority));
    }

    private static Ok<Job> Trim(long id, TrimRequest cuts, JobQueue queue)
    {
        RequirePlan(id, queue);
        return Found(id, queue.Trim(id, [.. cuts.Ranges.Select(range => new IndexCut(range.First, range.Last)), .. cuts.Values.Select(PlanCut (value) => new ValueCut(value.Axis, value.Value))]));
    }

    private static Ok<Job> Extend(long id, ExtendRequest more, JobQueue queue)
    {
        RequirePlan(id, queue);
        ApiRoutes.RequireRange("count", more.Count, 1, DrawPlan.MostPictures);
        return Found(id, queue.Extend(id, more.Count));
    }

    private static void RequirePlan(long id, JobQueue queue)
    {
        if (Found(id, queue.Find(id)).Value is not { Kind: JobKind.Draw, State: not JobState.Cancelled }) throw new RefusedException(StatusCodes.Status409Conflict, "running", ApiText.Say("NoPlan", id));
    }

    private static void RequirePriority(int wish) => ApiRoutes.RequireRange("priority", wish, -HighestPriority, HighestPriority);

    private static Ok<Job> Found(long id, Job? job) => TypedResults.Ok(job ?? throw RefusedException.Unknown("job", id));
}
