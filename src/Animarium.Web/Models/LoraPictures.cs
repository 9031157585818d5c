using Animarium.Studio.Images;
using Animarium.Studio.Loras;
using Animarium.Studio.ModelLibrary;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Models;

/// <summary>Where pages read the pictures of LoRAs.</summary>
internal static class LoraPictures
{
    private const string Plain = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 18l5-7 4 5 3-3 4 5z" fill="#8a93a3"/><circle cx="15.5" cy="8.5" r="1.8" fill="#8a93a3"/></svg>
        """;

    /// <summary>The address of a LoRA's picture, or of a plain one where it has none.</summary>
    public static string Of(string name) => $"/loras/{Uri.EscapeDataString(name)}/picture";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/loras/{name}/picture", Results<FileContentHttpResult, ContentHttpResult> (string name, ModelCatalog library, HttpContext context) =>
    {
        context.Response.Headers.CacheControl = "private, max-age=3600"; // a retrained file keeps its name
        // Only what stands on the shelf: a name from an address is never looked up as a file.
        return library.Loras.All.FirstOrDefault(lora => lora.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } lora && LoraCover.Picture(lora) is { } picture
            ? TypedResults.File(picture, $"image/{PictureFormats.OfContent(picture)!.Value.ToString().ToLowerInvariant()}") : TypedResults.Text(Plain, "image/svg+xml");
    }).ExcludeFromDescription();
}
