using Animarium.Studio.ModelLibrary;
using Animarium.Studio.ModelLibrary.Downloads;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Models;

/// <summary>An official file, and where it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Folder">The kind of folder it belongs into.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its hash.</param>
/// <param name="Source">Where its makers publish it.</param>
/// <param name="IsHere">Whether it was found.</param>
/// <param name="Begun">Bytes of a download that was begun.</param>
/// <param name="Progress">How far its download is; null: none is under way.</param>
/// <param name="Problem">Why the last download ended without the file; null: it did not.</param>
public sealed record OfficialView(string Name, string Folder, long Bytes, string Sha256, Uri Source, bool IsHere, long Begun, DownloadProgress? Progress, string? Problem);

/// <summary>A download to begin.</summary>
/// <param name="Token">For the site that publishes it, kept only as long as it takes; null: that of the variable in the settings, if there is one.</param>
public sealed record DownloadRequest(string? Token = null);

internal static class DownloadsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var official = api.MapGroup("/official").WithTags("Models");
        official.MapGet("", (DownloadDesk desk) => TypedResults.Ok(desk.States.Select(state => View(state, desk)).ToList())).WithName("ListOfficialFiles").WithSummary("The official files, which of them are here, and how far downloads are.");
        official.MapPost("/{name}/download", Begin).WithName("DownloadOfficialFile").WithSummary("Begins to fetch an official file, or goes on where a download broke off.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        official.MapDelete("/{name}/download", Cancel).WithName("CancelDownload").WithSummary("Ends a download; what came is kept.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Accepted<OfficialView> Begin(string name, DownloadRequest request, DownloadDesk desk)
    {
        if (desk.Folder is null) throw new RefusedException(StatusCodes.Status409Conflict, "folder", ApiText.Say("NoModelsFolder"));
        var state = Found(name, desk);
        if (state.Path is null) desk.Begin(state.File, request.Token ?? "");
        return TypedResults.Accepted($"{ApiRoutes.Root}/official", View(state, desk));
    }

    private static Ok<OfficialView> Cancel(string name, DownloadDesk desk)
    {
        var state = Found(name, desk);
        desk.Cancel(state.File);
        return TypedResults.Ok(View(state, desk));
    }

    private static OfficialState Found(string name, DownloadDesk desk) => desk.States.FirstOrDefault(state => state.File.Name == name) ?? throw RefusedException.Unknown("file", name);

    private static OfficialView View(OfficialState state, DownloadDesk desk)
    {
        var (file, download) = (state.File, desk.Of(state.File));
        return new(file.Name, file.Folder, file.Bytes, file.Sha256, file.Source, state.Path is not null, state.Begun, download?.Progress, download?.Problem);
    }
}
