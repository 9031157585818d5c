using Animarium.Studio.Jobs;
using Animarium.Studio.Training.Run;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Training;

/// <summary>The sheet of a training's samples, by the number of its job.</summary>
internal static class RunFiles
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/runs/{job:long}/samples", Results<PhysicalFileHttpResult, NotFound> (long job, JobQueue queue, HttpContext context) =>
    {
        if (queue.Find(job)?.Folder is not { } folder || new RunFolder(folder, "").Overview is not { } sheet || !File.Exists(sheet)) return TypedResults.NotFound();
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.PhysicalFile(sheet, "image/png", lastModified: File.GetLastWriteTimeUtc(sheet));
    }).ExcludeFromDescription();
}
