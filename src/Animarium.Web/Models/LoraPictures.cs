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
    /// <summary>The address of a LoRA's picture; there may be none behind it.</summary>
    public static string Of(string name) => $"/loras/{Uri.EscapeDataString(name)}/picture";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/loras/{name}/picture", Results<FileContentHttpResult, NoContent> (string name, ModelCatalog library, HttpContext context) =>
    {
        context.Response.Headers.CacheControl = "private, max-age=3600"; // a retrained file keeps its name
        // Only what stands on the shelf: a name from an address is never looked up as a file.
        return library.Loras.All.FirstOrDefault(lora => lora.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } lora && LoraCover.Picture(lora) is { } picture
            ? TypedResults.File(picture, $"image/{PictureFormats.OfContent(picture)!.Value.ToString().ToLowerInvariant()}") : TypedResults.NoContent();
    }).ExcludeFromDescription();
}
