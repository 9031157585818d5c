using System.Reflection;
using Animarium.Studio.Hardware;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Api;

/// <summary>That the server is there.</summary>
/// <param name="Status"><c>ok</c>.</param>
public sealed record Health(string Status);

/// <summary>What the server is doing.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="Memory">Bytes that the server holds; the worker has its own.</param>
/// <param name="FreeDisk">Bytes left where pictures go; null: the system does not say.</param>
/// <param name="Jobs">How many jobs there are in each state.</param>
public sealed record SystemReport(string Version, long Memory, long? FreeDisk, IReadOnlyDictionary<JobState, int> Jobs);

internal static class HealthApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/health", () => TypedResults.Ok(new Health("ok"))).AllowAnonymous().WithName("GetHealth").WithSummary("Whether the server is there; asks for no token.").WithTags("System");
        api.MapGet("/system", Report).WithName("GetSystem").WithSummary("Version, memory, disk, jobs.").WithTags("System");
    }

    /// <summary>Of the program.</summary>
    public static string Version { get; } = typeof(HealthApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static Ok<SystemReport> Report(JobQueue queue, StudioHome home) => TypedResults.Ok(new SystemReport(Version,
        Environment.WorkingSet, DiskSpace.Of(home.Pictures)?.Free, queue.Count()));
}
