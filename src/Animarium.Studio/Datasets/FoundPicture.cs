using Animarium.Studio.Images;

namespace Animarium.Studio.Datasets;

/// <summary>Where the caption of a picture comes from.</summary>
public enum CaptionSource
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>The class or trigger of the folder.</summary>
    ClassTokens,

    /// <summary>A caption file.</summary>
    File,

    /// <summary>An entry of a metadata file.</summary>
    Metadata,
}

/// <summary>A picture of a subset before it has a place in a bucket.</summary>
public sealed record FoundPicture
{
    /// <summary>The picture file.</summary>
    public required string Path { get; init; }

    /// <summary>Its name below the folder of the subset, with / between folders: what chance is derived from, so that it survives a move of the dataset.</summary>
    public required string Name { get; init; }

    /// <summary>The caption before any processing; empty if there is none.</summary>
    public string Caption { get; init; } = "";

    /// <summary>Where the caption comes from.</summary>
    public CaptionSource CaptionSource { get; init; }

    /// <summary>The caption file; null if there is none.</summary>
    public string? CaptionFile { get; init; }

    /// <summary>How the caption file is written; null if there is none.</summary>
    public string? CaptionEncoding { get; init; }

    /// <summary>The mask file; null if there is none.</summary>
    public string? MaskFile { get; init; }

    /// <summary>Its last change, UTC, when it was found; null if there is none.</summary>
    public DateTime? MaskModified { get; init; }

    /// <summary>Size, turned upright, and transparency.</summary>
    public PictureHeader Header { get; init; }

    /// <summary>Bytes of the picture file when it was found.</summary>
    public long Length { get; init; }

    /// <summary>Its last change, UTC, when it was found.</summary>
    public DateTime Modified { get; init; }
}
