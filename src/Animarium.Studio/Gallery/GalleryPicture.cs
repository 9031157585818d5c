using Animarium.Diffusion.Conduct;
using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;

namespace Animarium.Studio.Gallery;

/// <summary>Where a picture of the gallery is.</summary>
public enum GalleryPlace
{
    /// <summary>Where it belongs.</summary>
    Here,

    /// <summary>In the trash, from where it can be restored.</summary>
    Trash,

    /// <summary>Its file was moved or deleted by another program; what is known of it waits for the file to come back.</summary>
    Gone,
}

/// <summary>How a picture came from another.</summary>
public enum ParentKind
{
    /// <summary>Drawn over it.</summary>
    Refined,

    /// <summary>Drawn over a part of it.</summary>
    Repainted,

    /// <summary>Drawn over it with more pixels.</summary>
    Upscaled,
}

/// <summary>The picture that another was made from; it need not be in the gallery.</summary>
/// <param name="Hash">As <see cref="GalleryPicture.Hash"/>.</param>
/// <param name="Kind">How.</param>
public sealed record PictureParent(string Hash, ParentKind Kind);

/// <summary>A picture with everything that is known of it.</summary>
public sealed record GalleryPicture
{
    private readonly Lazy<Settings> settings;

    internal GalleryPicture(Lazy<Settings> settings) => this.settings = settings;

    /// <summary>Its number; never given to another.</summary>
    public long Id { get; init; }

    /// <summary>SHA-256 of the file, 64 lower-case hex digits.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Where the file is now: in the trash, too.</summary>
    public string Path { get; init; } = "";

    /// <summary>Size of the file.</summary>
    public long Bytes { get; init; }

    /// <summary>Pixels, upright.</summary>
    public int Width { get; init; }

    /// <summary>Pixels, upright.</summary>
    public int Height { get; init; }

    /// <summary>When the file was written.</summary>
    public DateTimeOffset Drawn { get; init; }

    /// <summary>When it came into the gallery.</summary>
    public DateTimeOffset Added { get; init; }

    /// <summary>Where it is.</summary>
    public GalleryPlace Place { get; init; }

    /// <summary>Of a picture in the trash: where it goes back to.</summary>
    public string? Origin { get; init; }

    /// <summary>Of a picture in the trash: since when.</summary>
    public DateTimeOffset? Trashed { get; init; }

    /// <summary>The program that drew it, by its description.</summary>
    public MetadataSource Source { get; init; }

    /// <summary>The job that drew it, or null.</summary>
    public long? Job { get; init; }

    /// <summary>The complete request, as far as it could be read.</summary>
    public Settings Settings => settings.Value;

    /// <summary>What a stranger's description says without a counterpart here.</summary>
    public IReadOnlyList<string> Unmapped { get; init; } = [];

    /// <summary>The prompt as it was drawn.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>The negative prompt.</summary>
    public string Negative { get; init; } = "";

    /// <summary>The seed, or null where it is not known.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The diffusion model, or null where it is not known.</summary>
    public string? Model { get; init; }

    /// <summary>SHA-256 of the model's file, or its first digits: what the description says.</summary>
    public string? ModelHash { get; init; }

    /// <summary>The LoRAs with their hashes as the description says them; strengths are in the settings.</summary>
    public IReadOnlyList<PictureLora> Loras { get; init; } = [];

    /// <summary>The tags of the prompt in lower case, without weights.</summary>
    public IReadOnlyList<string> PromptTags => [.. Gallery.PromptTags.Of(Prompt)];

    /// <summary>A person's own tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The collections it is in.</summary>
    public IReadOnlyList<string> Collections { get; init; } = [];

    /// <summary>0 (none) to 5.</summary>
    public int Rating { get; init; }

    /// <summary>A person's note; empty: none.</summary>
    public string Note { get; init; } = "";

    /// <summary>How far the prompt asks to go.</summary>
    public Rating Safety { get; init; }

    /// <summary>What it was drawn over, or null.</summary>
    public PictureParent? Parent { get; init; }
}

/// <summary>A LoRA of a picture.</summary>
/// <param name="Name">As prompts name it.</param>
/// <param name="Hash">As the description says it: of the tensors' bytes, perhaps only the first digits; null where it says none.</param>
public sealed record PictureLora(string Name, string? Hash);
