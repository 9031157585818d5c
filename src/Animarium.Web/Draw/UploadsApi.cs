using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Draw;

/// <summary>A picture that was sent.</summary>
/// <param name="Path">What settings call it, as <c>init</c> or <c>mask</c>.</param>
/// <param name="Address">Where it is read again.</param>
/// <param name="Bytes">Its size.</param>
public sealed record UploadView(string Path, string Address, long Bytes);

internal static class UploadsApi
{
    private const int MostParts = 8;

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/uploads", Keep).Accepts<byte[]>("application/octet-stream", "image/png", "image/webp", "image/jpeg", "image/avif", "image/gif", "multipart/form-data").WithName("Upload")
            .WithSummary("Keeps a picture or mask, sent as the body or as the one file of a form.").WithTags("Draw").ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody?.Content?.Remove("multipart/form-data"); // generators of clients take both kinds for one; the summary says it
                return Task.CompletedTask;
            });

    private static async Task<Created<UploadView>> Keep(HttpRequest request, Uploads uploads, CancellationToken cancellation)
    {
        Stream content = request.Body;
        if (request.HasFormContentType)
        {
            content = (await Form(request, uploads, cancellation)).Files is [var file] ? file.OpenReadStream() : throw NotOne();
        }
        var (path, _) = await uploads.Keep(content, cancellation);
        string address = uploads.AddressOf(path)!;
        return TypedResults.Created(address, new UploadView(path, address, new FileInfo(path).Length));
    }

    private static async Task<IFormCollection> Form(HttpRequest request, Uploads uploads, CancellationToken cancellation)
    {
        try
        {
            return await request.ReadFormAsync(new() { MultipartBodyLengthLimit = uploads.Most, ValueCountLimit = MostParts }, cancellation);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw NotOne(); // cut off, or no form at all
        }
    }

    private static RefusedException NotOne() => new(StatusCodes.Status400BadRequest, "file", ApiText.Say("OneFile"));
}
