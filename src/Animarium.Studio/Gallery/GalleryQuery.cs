using Animarium.Diffusion.Conduct;
using Animarium.Studio.Images;

namespace Animarium.Studio.Gallery;

/// <summary>The order of pictures.</summary>
public enum GallerySort
{
    /// <summary>The last drawn first.</summary>
    Newest,

    /// <summary>The first drawn first.</summary>
    Oldest,

    /// <summary>The best rated first, then the newest.</summary>
    Rating,

    /// <summary>By seed, the smallest first.</summary>
    Seed,

    /// <summary>The most pixels first.</summary>
    Size,

    /// <summary>Shuffled; the same number shuffles alike.</summary>
    Random,
}

/// <summary>The shape of a picture.</summary>
public enum PictureShape
{
    /// <summary>Higher than wide.</summary>
    Portrait,

    /// <summary>Wider than high.</summary>
    Landscape,

    /// <summary>As high as wide.</summary>
    Square,
}

/// <summary>Which pictures, and in which order. What is null does not matter.</summary>
public sealed record GalleryQuery
{
    /// <summary>Every picture, the newest first.</summary>
    public static GalleryQuery All { get; } = new();

    /// <summary>
    /// Words that stand in the prompt, the note or the person's own tags: all of them, in any order, also within longer words. <c>"in quotes"</c> is one, and
    /// <c>-word</c> must not be there. Case, width and underscores do not matter.
    /// </summary>
    public string Text { get; init; } = "";

    /// <summary>The model's name.</summary>
    public string? Model { get; init; }

    /// <summary>A LoRA's name.</summary>
    public string? Lora { get; init; }

    /// <summary>The sampler's id.</summary>
    public string? Sampler { get; init; }

    /// <summary>Pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels.</summary>
    public int? Height { get; init; }

    /// <summary>The shape.</summary>
    public PictureShape? Shape { get; init; }

    /// <summary>The lowest rating, 0…5.</summary>
    public int? RatingFrom { get; init; }

    /// <summary>The highest rating, 0…5.</summary>
    public int? RatingTo { get; init; }

    /// <summary>The mildest content.</summary>
    public Rating? SafetyFrom { get; init; }

    /// <summary>The strongest content.</summary>
    public Rating? SafetyTo { get; init; }

    /// <summary>Drawn at this moment or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Drawn before this moment.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A collection's name.</summary>
    public string? Collection { get; init; }

    /// <summary>A tag of the prompt or of the person, whole.</summary>
    public string? Tag { get; init; }

    /// <summary>Whether there is a note.</summary>
    public bool? HasNote { get; init; }

    /// <summary>The program.</summary>
    public MetadataSource? Source { get; init; }

    /// <summary>The job's number.</summary>
    public long? Job { get; init; }

    /// <summary>The seed.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How far from <see cref="Seed"/> other seeds may be.</summary>
    public uint SeedSpan { get; init; }

    /// <summary>The hash of the picture they were made from.</summary>
    public string? Parent { get; init; }

    /// <summary>Only pictures up to this number: what was there at some moment, however many came since.</summary>
    public long? Last { get; init; }

    /// <summary>Where they are.</summary>
    public GalleryPlace Place { get; init; } = GalleryPlace.Here;

    /// <summary>The order.</summary>
    public GallerySort Sort { get; init; } = GallerySort.Newest;

    /// <summary>Shuffles <see cref="GallerySort.Random"/>.</summary>
    public int Shuffle { get; init; }
}
