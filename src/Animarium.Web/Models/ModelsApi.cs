using Animarium.Studio.Images;
using Animarium.Studio.Loras;
using Animarium.Studio.ModelLibrary;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Models;

/// <summary>A model that was found.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Bytes">The size of its file.</param>
/// <param name="TextEncoder">The text encoder that belongs to it, or null.</param>
/// <param name="Vae">The VAE that belongs to it, or null.</param>
/// <param name="IsComplete">Whether it can draw.</param>
/// <param name="Missing">What keeps it from drawing, one sentence each.</param>
public sealed record ModelView(string Name, long Bytes, string? TextEncoder, string? Vae, bool IsComplete, IReadOnlyList<string> Missing);

/// <summary>A LoRA that was found.</summary>
/// <param name="Name">What prompts call it.</param>
public sealed record LoraView(string Name);

/// <summary>What a LoRA's file says about itself.</summary>
/// <param name="Name">What prompts call it.</param>
/// <param name="Metadata">The header's entries.</param>
public sealed record LoraDetails(string Name, IReadOnlyDictionary<string, string> Metadata);

internal static class ModelsApi
{
    private const string Plain = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 18l5-7 4 5 3-3 4 5z" fill="#8a93a3"/><circle cx="15.5" cy="8.5" r="1.8" fill="#8a93a3"/></svg>
        """;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/models", (ModelCatalog library) => TypedResults.Ok(library.Models.Select(View).ToList())).WithName("ListModels").WithSummary("The models that were found.").WithTags("Models");
        api.MapGet("/loras", (ModelCatalog library) => TypedResults.Ok(library.Loras.All.Select(lora => new LoraView(lora.Name)).ToList())).WithName("ListLoras").WithSummary("The LoRAs that were found.").WithTags("Models");
        api.MapPost("/models/look", Look).WithName("LookForModels").WithSummary("Looks through the folders again, and lists the models.").WithTags("Models");
        api.MapGet("/loras/{name}/thumbnail", Thumbnail).WithName("GetLoraThumbnail").WithSummary("The picture that a LoRA brings along.").WithTags("Models").Produces(StatusCodes.Status200OK, contentType: "image/png", additionalContentTypes: ["image/jpeg", "image/webp", "image/svg+xml"]).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/loras/{name}", Details).WithName("GetLora").WithSummary("What a LoRA says about itself.").WithTags("Models");
    }

    private static ModelView View(LibraryModel model) => new(model.Name, model.Transformer.Bytes, model.TextEncoder?.Name, model.Vae?.Name, model.IsComplete, model.Missing);

    private static Ok<List<ModelView>> Look(ModelCatalog library)
    {
        library.LookAgain();
        return TypedResults.Ok(library.Models.Select(View).ToList());
    }

    private static Results<FileContentHttpResult, ContentHttpResult> Thumbnail(string name, ModelCatalog library, HttpContext context, bool orPlain = false)
    {
        context.Response.Headers.CacheControl = "private, max-age=60"; // a retrained file keeps its name
        // As it is: a stranger's picture is decoded by who looks at it, not here.
        if (LoraCover.Picture(Found(name, library)) is { } picture) return TypedResults.File(picture, PictureFormats.OfContent(picture)!.Value.MediaType());
        return orPlain ? TypedResults.Text(Plain, "image/svg+xml") : throw RefusedException.Unknown("thumbnail", name);
    }

    private static Ok<LoraDetails> Details(string name, ModelCatalog library)
    {
        var lora = Found(name, library);
        return TypedResults.Ok(new LoraDetails(lora.Name, lora.Metadata()));
    }

    // Only what stands on the shelf: a name from an address is never looked up as a file.
    private static LoraEntry Found(string name, ModelCatalog library) => library.Loras.All.FirstOrDefault(lora => lora.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw RefusedException.Unknown("LoRA", name);
}
