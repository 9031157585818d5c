using Animarium.Diffusion.Conduct;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;

namespace Animarium.Studio.Generation.Descriptions;

/// <summary>A picture that is dragged in: its settings, how they differ from the present ones, and what of them is not here.</summary>
/// <param name="Request">What it was drawn with; null: it says nothing that can be read.</param>
/// <param name="Differences">What it says otherwise than the present settings: first the present value, then the picture's.</param>
/// <param name="Missing">Models and LoRAs that this machine does not have.</param>
public sealed record DroppedPicture(ImportedRequest? Request, IReadOnlyList<SettingDifference> Differences, IReadOnlyList<MissingPart> Missing)
{
    /// <summary>Reads a picture's description.</summary>
    /// <param name="metadata">What its file says.</param>
    /// <param name="present">The settings it is compared with.</param>
    /// <param name="library">The models and LoRAs that are here.</param>
    /// <exception cref="ConductException">Its prompt is one that is not taken in.</exception>
    public static DroppedPicture Read(ImageMetadata metadata, Settings present, ModelCatalog library)
    {
        if (ImportedRequest.From(metadata) is not { } request) return new(null, [], []);
        request.RequireConduct(DescribedOrigin.Of(metadata).Template);
        return Of(request, present, library);
    }

    /// <summary>The same of a description that is already read, and judged where it came in.</summary>
    /// <param name="request">What a picture was drawn with, or null.</param>
    /// <param name="present">The settings it is compared with.</param>
    /// <param name="library">The models and LoRAs that are here.</param>
    public static DroppedPicture Of(ImportedRequest? request, Settings present, ModelCatalog library) => request is null ? new(null, [], [])
        // What the picture does not say is no difference: nothing of it can be taken over.
        : new(request, [.. SettingsDiff.Of(present, request.Settings).Where(difference => difference.Values[1] is not null)], MissingPart.Of(request.Settings, library));
}
