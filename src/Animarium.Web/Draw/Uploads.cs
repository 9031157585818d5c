using Animarium.Studio.Images;
using Animarium.Studio.Images.Decoding;
using Animarium.Studio.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;
using System.Text.RegularExpressions;

namespace Animarium.Web.Draw;

/// <summary>Pictures that came from a browser, kept under the hash of what is in them. They are looked into by a process of its own and decoded by the worker, never in the server.</summary>
/// <param name="home">The studio's folder.</param>
/// <param name="options">How large they may be.</param>
/// <param name="decoder">Looks into them.</param>
/// <param name="text">Says what is wrong with a file.</param>
public sealed partial class Uploads(StudioHome home, ServerOptions options, IDecoder decoder, IStringLocalizer<DrawText> text)
{
    /// <summary>The most bytes of one file.</summary>
    public long Most => options.LargestUpload;

    /// <summary>Keeps a file.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="cancellation">Ends reading.</param>
    /// <returns>Where it is, and what it says.</returns>
    /// <exception cref="PictureException">It is none of the kinds of pictures that are read, a broken one, too large for any memory, or cannot be written.</exception>
    public async Task<(string Path, ImageMetadata Metadata)> Keep(Stream content, CancellationToken cancellation = default)
    {
        byte[] bytes = await Read(content, cancellation);
        var format = PictureFormats.OfContent(bytes) ?? throw new PictureException(text["NoPicture"]);
        string path = Path.Combine(home.Uploads, ContentHash.Of(bytes) + format.Extension());
        bool known = File.Exists(path);
        if (!known) AtomicFile.Write(path, bytes);
        try
        {
            return (path, decoder.Describe(path, text["InPicture"]).Metadata);
        }
        catch (PictureException) when (!known)
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>What a file says that is not kept.</summary>
    /// <exception cref="PictureException">It is no picture, or a broken one.</exception>
    public async Task<ImageMetadata> Describe(Stream content, CancellationToken cancellation)
    {
        string path = Path.Combine(home.Uploads, $"{Guid.NewGuid():N}.read");
        try
        {
            AtomicFile.Write(path, await Read(content, cancellation));
            return decoder.Describe(path, "picture").Metadata;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<byte[]> Read(Stream content, CancellationToken cancellation)
    {
        using var memory = new MemoryStream();
        await content.CopyToAsync(memory, cancellation);
        return memory.ToArray();
    }

    /// <summary>Where a browser sees a file that was kept; null: it is none of them.</summary>
    public string? AddressOf(string? path) => path is not null && Path.GetDirectoryName(path) == home.Uploads ? $"/uploads/{Path.GetFileName(path)}" : null;

    internal static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/uploads/{name}", Results<PhysicalFileHttpResult, NotFound> (string name, StudioHome home, HttpContext context) =>
        {
            string path = Path.Combine(home.Uploads, name);
            if (!Name().IsMatch(name) || !File.Exists(path)) return TypedResults.NotFound();
            context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
            return TypedResults.PhysicalFile(path, PictureFormats.OfName(name)!.Value.MediaType());
        }).ExcludeFromDescription();

    [GeneratedRegex(@"^[0-9a-f]{64}\.(png|webp|jpg|avif|gif)$")]
    private static partial Regex Name();
}
