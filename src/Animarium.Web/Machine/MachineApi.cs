using Animarium.Studio.Hardware;
using Animarium.Web.Api;
using Animarium.Web.Logs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Animarium.Web.Machine;

internal static class MachineApi
{
    private const int MostLines = 5000;

    public static void Map(IEndpointRouteBuilder api)
    {
        var system = api.MapGroup("/system").WithTags("System");
        system.MapGet("/findings", async (FindingsDesk desk, CancellationToken cancellation) => TypedResults.Ok(await desk.Findings().WaitAsync(cancellation))).WithName("GetFindings").WithSummary("What the doctor found: devices, speed, memory, libtorch, models, and what to do. It looks when it is first asked.");
        system.MapPost("/findings", async (FindingsDesk desk, CancellationToken cancellation) => TypedResults.Ok(await desk.Findings(again: true).WaitAsync(cancellation))).WithName("Examine").WithSummary("Lets the doctor look again.");
        system.MapGet("/logs", Logs).WithName("ListLogs").WithSummary("The latest lines of the server's log, the oldest of them first.");
        system.MapGet("/bundle", Bundle).WithName("GetDiagnostics").WithSummary("A ZIP for those who look for a fault: versions, findings, settings, log; without prompts, tokens and names of people.").Produces(StatusCodes.Status200OK, contentType: "application/zip");
    }

    private static Ok<IReadOnlyList<LogEntry>> Logs(LogFolder log, string? text, Word<LogLevel>? level, int take = 200)
    {
        ApiRoutes.RequireRange("take", take, 0, MostLines);
        return TypedResults.Ok(log.Latest(take, text ?? "", level?.Value ?? LogLevel.Trace));
    }

    private static async Task<FileContentHttpResult> Bundle(DiagnosticsBundle bundle, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(await bundle.Make(), "application/zip", bundle.Name);
    }
}
