using Animarium.Studio.Gallery;
using Animarium.Studio.Images;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Animarium.Web.Gallery;

/// <summary>What the trash had.</summary>
/// <param name="Deleted">How many pictures were deleted for good.</param>
/// <param name="Failed">How many files could not be deleted; they stay in the trash.</param>
public sealed record TrashEmptied(int Deleted, int Failed);

internal static class GalleryApi
{
    private const int MostListed = 500, MostChanged = 100_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        var pictures = api.MapGroup("/pictures").WithTags("Pictures");
        pictures.MapGet("", Search).WithName("SearchPictures").WithSummary("Finds pictures.");
        pictures.MapGet("/{id:long}", (long id, PictureGallery gallery) => TypedResults.Ok(PictureView.Of(Found(gallery.Find(id), id)))).WithName("GetPicture").WithSummary("A picture.").ProducesProblem(StatusCodes.Status404NotFound);
        pictures.MapPost("/change", Change).WithName("ChangePictures").WithSummary("Rates, tags, collects, notes, trashes or restores pictures. Each change can be taken back.");
        pictures.MapPost("/undo/{change:long}", (long change, PictureGallery gallery) => TypedResults.Ok(gallery.Undo(change))).WithName("UndoChange").WithSummary("Brings back exactly what a change found.").ProducesProblem(StatusCodes.Status404NotFound);
        pictures.MapPost("/trash/empty", Empty).WithName("EmptyTrash").WithSummary("Deletes what is in the trash for good.");
        pictures.MapGet("/facets", (PictureGallery gallery) => TypedResults.Ok(gallery.Facets())).WithName("ListFacets").WithSummary("What filters can choose from.");
        var files = api.MapGroup("/files").WithTags("Pictures");
        files.MapGet("/{hash}", File).WithName("GetFile").WithSummary("A picture's file, by its hash: what is behind an address never changes.").Produces(StatusCodes.Status200OK, contentType: "image/png").ProducesProblem(StatusCodes.Status404NotFound);
        files.MapGet("/{hash}/{size}", Thumbnail).WithName("GetThumbnail").WithSummary("A thumbnail: small or large.").Produces(StatusCodes.Status200OK, contentType: "image/webp").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Ok<PicturePage> Search(PictureGallery gallery, [AsParameters] PictureSearch search, int offset = 0, int take = 50)
    {
        ApiRoutes.RequireWindow(offset, take, MostListed);
        var query = search.Query;
        return TypedResults.Ok(new PicturePage(gallery.Count(query), [.. gallery.Search(query, offset, take).Select(PictureView.Of)]));
    }

    private static Ok<List<GalleryChange>> Change(PictureChange change, PictureGallery gallery)
    {
        var ids = change.Ids;
        if (ids.Count is 0 or > MostChanged) throw new RefusedException(StatusCodes.Status400BadRequest, "value", ApiText.Say("Range", "ids", 1, MostChanged)) { Field = "ids" };
        var done = new List<GalleryChange>();
        if (change.Rating is { } rating) done.Add(gallery.Rate(ids, rating));
        if (change.Tag is { } tag) done.Add(gallery.Tag(ids, tag));
        if (change.Untag is { } untag) done.Add(gallery.Tag(ids, untag, present: false));
        if (change.Collect is { } collect) done.Add(gallery.Collect(ids, collect));
        if (change.Uncollect is { } uncollect) done.Add(gallery.Collect(ids, uncollect, present: false));
        if (change.Note is { } note) done.Add(gallery.Note(ids, note));
        if (change.Trash is { } trash) done.Add(trash ? gallery.Trash(ids) : gallery.Restore(ids));
        return TypedResults.Ok(done);
    }

    private static Ok<TrashEmptied> Empty(PictureGallery gallery)
    {
        var (deleted, failed) = gallery.EmptyTrash();
        return TypedResults.Ok(new TrashEmptied(deleted, failed.Count));
    }

    private static PhysicalFileHttpResult File(string hash, PictureGallery gallery, HttpContext context)
    {
        var picture = Found(gallery.Find(hash), hash);
        return Send(picture.Path, hash, context);
    }

    private static async Task<PhysicalFileHttpResult> Thumbnail(string hash, string size, PictureGallery gallery, HttpContext context)
    {
        var wanted = size switch { "small" => ThumbnailSize.Small, "large" => ThumbnailSize.Large, _ => throw RefusedException.Unknown("size", size) };
        return Send(await gallery.Thumbnail(Found(gallery.Find(hash), hash).Id, wanted), $"{hash}-{size}", context);
    }

    /// <summary>Only paths that the gallery itself wrote down come here; an address holds a hash and no path.</summary>
    private static PhysicalFileHttpResult Send(string path, string tag, HttpContext context)
    {
        if (!System.IO.File.Exists(path)) throw RefusedException.Unknown("file", tag);
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.PhysicalFile(path, PictureFormats.OfName(path)?.MediaType() ?? "application/octet-stream", entityTag: new EntityTagHeaderValue($"\"{tag}\""), enableRangeProcessing: true);
    }

    private static GalleryPicture Found(GalleryPicture? picture, object id) => picture ?? throw RefusedException.Unknown("picture", id);
}
