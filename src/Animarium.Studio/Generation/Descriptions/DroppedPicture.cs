using Animarium.Diffusion.Conduct;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;

namespace Animarium.Studio.Generation.Descriptions;

/// <summary>A picture that is dragged in: its settings, how they differ from the present ones, and what of them is not here.</summary>
/// <param name="Request">What it was drawn with; null: it says nothing that can be read.</param>
/// <param name="Differences">Where it differs from the present settings: first the present value, then the picture's.</param>
/// <param name="Missing">Models and LoRAs that this machine does not have.</param>
public sealed record DroppedPicture(ImportedRequest? Request, IReadOnlyList<SettingDifference> Differences, IReadOnlyList<MissingPart> Missing)
{
    /// <summary>Reads a picture's description; its pixels are not decoded.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="present">The settings it is compared with.</param>
    /// <param name="library">The models and LoRAs that are here.</param>
    /// <exception cref="PictureException">It is no picture.</exception>
    /// <exception cref="ConductException">Its prompt is one that is not taken in.</exception>
    public static DroppedPicture Read(byte[] file, string name, Settings present, ModelCatalog library)
    {
        var metadata = ImageMetadata.Read(file, name);
        if (ImportedRequest.From(metadata) is not { } request) return new(null, [], []);
        request.RequireConduct(DescribedOrigin.Of(metadata).Template);
        return new(request, SettingsDiff.Of(present, request.Settings), MissingPart.Of(request.Settings, library));
    }
}
