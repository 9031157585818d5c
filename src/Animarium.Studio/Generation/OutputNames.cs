using Animarium.Studio.Images;

namespace Animarium.Studio.Generation;

/// <summary>Where the pictures of a request go.</summary>
public static class OutputNames
{
    /// <summary>The format a request's pictures are kept in: what was given, else by the name of the output, else PNG.</summary>
    public static PictureFormat FormatOf(GenerationRequest request) =>
        request.Format ?? PictureFormats.OfName(request.Out) switch
        {
            null or PictureFormat.Gif => PictureFormat.Png,
            { } named => named,
        };
}
