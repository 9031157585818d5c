using Animarium.Studio.Gallery;
using Animarium.Web.Api;

namespace Animarium.Web.Gallery;

/// <summary>A picture of the gallery.</summary>
public sealed record PictureView
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>SHA-256 of its file.</summary>
    public required string Hash { get; init; }

    /// <summary>The name of its file.</summary>
    public required string Name { get; init; }

    /// <summary>Where its file is read.</summary>
    public required string File { get; init; }

    /// <summary>Where its small thumbnail is read.</summary>
    public required string Thumbnail { get; init; }

    /// <summary>Bytes of its file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    /// <summary>When it was drawn.</summary>
    public required DateTimeOffset Drawn { get; init; }

    /// <summary>Where it is.</summary>
    public required GalleryPlace Place { get; init; }

    /// <summary>The job that drew it, or null.</summary>
    public long? Job { get; init; }

    /// <summary>What it was drawn with, as far as that is known.</summary>
    public required DrawSettings Settings { get; init; }

    /// <summary>0 (none) to 5.</summary>
    public required int Rating { get; init; }

    /// <summary>A person's own tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The collections it is in.</summary>
    public required IReadOnlyList<string> Collections { get; init; }

    /// <summary>A person's note; empty: none.</summary>
    public required string Note { get; init; }

    internal static PictureView Of(GalleryPicture picture) => new()
    {
        Id = picture.Id, Hash = picture.Hash, Name = Path.GetFileName(picture.Path), Bytes = picture.Bytes, Width = picture.Width, Height = picture.Height, Drawn = picture.Drawn,
        File = PictureFiles.File(picture), Thumbnail = PictureFiles.Small(picture), Place = picture.Place, Job = picture.Job,
        Settings = new(picture.Settings), Rating = picture.Rating, Tags = picture.Tags, Collections = picture.Collections, Note = picture.Note,
    };
}

/// <summary>A window of what was found.</summary>
/// <param name="Total">How many there are in all.</param>
/// <param name="Pictures">Those of the window.</param>
public sealed record PicturePage(int Total, IReadOnlyList<PictureView> Pictures);

/// <summary>A change of many pictures.</summary>
public sealed record PictureChange
{
    /// <summary>Which.</summary>
    public required IReadOnlyList<long> Ids { get; init; }

    /// <summary>0 (none) to 5; null: as it is.</summary>
    public int? Rating { get; init; }

    /// <summary>A tag to give; null: none.</summary>
    public string? Tag { get; init; }

    /// <summary>A tag to take away; null: none.</summary>
    public string? Untag { get; init; }

    /// <summary>A collection to put them into; null: none.</summary>
    public string? Collect { get; init; }

    /// <summary>A collection to take them out of; null: none.</summary>
    public string? Uncollect { get; init; }

    /// <summary>A note; empty takes it away; null: as it is.</summary>
    public string? Note { get; init; }

    /// <summary>Puts them into the trash (true) or back (false); null: as they are.</summary>
    public bool? Trash { get; init; }
}
