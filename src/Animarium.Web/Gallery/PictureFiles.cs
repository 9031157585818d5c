using Animarium.Studio.Gallery;
using Animarium.Studio.Images;
using Animarium.Web.Queue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Gallery;

/// <summary>Pictures for pages, over plain HTTP. The address holds the hash of the file, so what is behind it never changes.</summary>
internal static class PictureFiles
{
    private const string Forever = "private, max-age=31536000, immutable", Never = "no-store";

    /// <summary>The address of a picture's file.</summary>
    public static string File(GalleryPicture picture) => $"/files/{picture.Hash}";

    /// <summary>The address of its thumbnail.</summary>
    public static string Small(GalleryPicture picture) => $"/files/{picture.Hash}/small";

    /// <summary>The address of its large thumbnail.</summary>
    public static string Large(GalleryPicture picture) => $"/files/{picture.Hash}/large";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/files/{hash}", (string hash, PictureGallery gallery, HttpContext context) =>
            gallery.Find(hash) is { } picture ? Send(picture.Path, context) : TypedResults.NotFound()).ExcludeFromDescription();
        foreach (var (name, size) in new[] { ("small", ThumbnailSize.Small), ("large", ThumbnailSize.Large) })
            endpoints.MapGet("/files/{hash}/" + name, (string hash, PictureGallery gallery, HttpContext context) => Thumbnail(hash, size, gallery, context)).ExcludeFromDescription();
        endpoints.MapGet("/previews/{job:long}/{serial:int}", Results<FileContentHttpResult, NotFound> (long job, int serial, JobBoard board, HttpContext context) =>
        {
            if (board.PreviewOf(job) is not { } preview) return TypedResults.NotFound();
            context.Response.Headers.CacheControl = Never;
            return TypedResults.File(preview.Picture, "image/jpeg");
        }).ExcludeFromDescription();
    }

    private static Results<PhysicalFileHttpResult, NotFound> Thumbnail(string hash, ThumbnailSize size, PictureGallery gallery, HttpContext context)
    {
        if (gallery.Find(hash) is not { } picture) return TypedResults.NotFound();
        try
        {
            return Send(gallery.Thumbnail(picture.Id, size), context);
        }
        catch (Exception e) when (e is GalleryException or PictureException)
        {
            return TypedResults.NotFound(); // the file is gone or broken: the gallery says so in words
        }
    }

    private static Results<PhysicalFileHttpResult, NotFound> Send(string path, HttpContext context)
    {
        if (!System.IO.File.Exists(path)) return TypedResults.NotFound();
        context.Response.Headers.CacheControl = Forever;
        return TypedResults.PhysicalFile(path, Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".png" => "image/png", ".webp" => "image/webp", ".jpg" or ".jpeg" => "image/jpeg", ".avif" => "image/avif", ".gif" => "image/gif", _ => "application/octet-stream",
        }, enableRangeProcessing: true);
    }
}
