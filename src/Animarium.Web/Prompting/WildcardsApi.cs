using Animarium.Studio.Prompts;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Animarium.Web.Prompting;

/// <summary>A wildcard list with its lines.</summary>
/// <param name="Name">As between the underscores: <c>style/paint</c>.</param>
/// <param name="Text">All of its lines, comments and empty ones too, each ended by a line feed.</param>
public sealed record WildcardText(string Name, string Text);

/// <summary>What a wildcard list shall hold.</summary>
/// <param name="Text">All of its lines.</param>
/// <param name="Before">What the writer has read there: if something else stands there by now, nothing is written. Null: whatever stands there is replaced.</param>
public sealed record WildcardChange(string Text, string? Before = null);

/// <summary>The person's wildcard lists. A name with folders is one segment of the address: <c>style%2Fpaint</c>.</summary>
internal static class WildcardsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var lists = api.MapGroup("/wildcards").WithTags("Prompts").ProducesProblem(StatusCodes.Status409Conflict);
        lists.MapGet("/", (IServiceProvider services) => TypedResults.Ok(Files(services).All)).WithName("ListWildcards").WithSummary("The person's wildcard lists by name.");
        lists.MapGet("/{name}", Read).WithName("GetWildcard").WithSummary("The text of a wildcard list.").ProducesProblem(StatusCodes.Status404NotFound);
        lists.MapPut("/{name}", Write).WithName("WriteWildcard").WithSummary("Writes a wildcard list, whole or not at all.");
        lists.MapDelete("/{name}", Delete).WithName("DeleteWildcard").WithSummary("Deletes a wildcard list.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Ok<WildcardText> Read(string name, IServiceProvider services)
    {
        name = Unescaped(name);
        return TypedResults.Ok(new WildcardText(name, Files(services).Read(name) ?? throw RefusedException.Unknown("wildcard", name)));
    }

    private static Ok<WildcardText> Write(string name, WildcardChange change, IServiceProvider services)
    {
        name = Unescaped(name);
        return TypedResults.Ok(new WildcardText(name, Files(services).Write(name, change.Text, change.Before is null ? null : new(change.Before))));
    }

    private static NoContent Delete(string name, IServiceProvider services)
    {
        name = Unescaped(name);
        return Files(services).Delete(name) ? TypedResults.NoContent() : throw RefusedException.Unknown("wildcard", name);
    }

    /// <summary>The server leaves an escaped slash in a segment as it is.</summary>
    private static string Unescaped(string name) => name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static WildcardFiles Files(IServiceProvider services) => services.GetService<WildcardFiles>() ?? throw new RefusedException(StatusCodes.Status409Conflict, "storage", ApiText.Say("NoLists"));
}
