namespace Animarium.Studio.Training.Settings;

/// <summary>The pictures and their captions. A dataset file replaces all but <see cref="Trigger"/>, <see cref="SkipBadPictures"/>, <see cref="Background"/> and <see cref="FreeFit"/>.</summary>
public sealed record FolderSettings
{
    /// <summary>A kohya dataset file with several subsets; null: <see cref="TrainFolder"/>.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The folder of pictures, or of <c>N_name</c> folders; null: <see cref="ConfigFile"/>.</summary>
    public string? TrainFolder { get; init; }

    /// <summary>Pictures that keep the model from forgetting their class; null: none.</summary>
    public string? RegularisationFolder { get; init; }

    /// <summary>Masks by the pictures' names, white where the loss counts; null: a folder <c>mask</c> beside the pictures.</summary>
    public string? MaskFolder { get; init; }

    /// <summary>A word that stands for what is learned, put before captions without it; null: none.</summary>
    public string? Trigger { get; init; }

    /// <summary>Width and height of the training area in pixels; null: from the pictures, at most 1024².</summary>
    public (int Width, int Height)? Resolution { get; init; }

    /// <summary>Whether pictures keep about their shape.</summary>
    public bool Buckets { get; init; } = true;

    /// <summary>Whether each picture keeps its own shape, to the step, at the training area, instead of kohya's table of buckets.</summary>
    public bool FreeFit { get; init; }

    /// <summary>Smallest side of a bucket in pixels.</summary>
    public int MinBucket { get; init; } = 256;

    /// <summary>Largest side of a bucket in pixels.</summary>
    public int MaxBucket { get; init; } = 2048;

    /// <summary>Sides of buckets are multiples of this, in pixels.</summary>
    public int BucketStep { get; init; } = 64;

    /// <summary>Whether small pictures stay as they are.</summary>
    public bool NoUpscale { get; init; }

    /// <summary>How often an epoch sees each picture, where no folder's name says it.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>Extension of caption files; null: .txt, then .caption.</summary>
    public string? CaptionExtension { get; init; }

    /// <summary>Whether tags are shuffled.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Leading tags that stay in place.</summary>
    public int KeepTokens { get; init; }

    /// <summary>Separates the part that stays in place; null: <see cref="KeepTokens"/> counts.</summary>
    public string? KeepTokensSeparator { get; init; }

    /// <summary>Joins tags that stay together in a shuffle; null: none.</summary>
    public string? SecondarySeparator { get; init; }

    /// <summary>Between tags.</summary>
    public string CaptionSeparator { get; init; } = ",";

    /// <summary>Put before every caption; null: nothing.</summary>
    public string? CaptionPrefix { get; init; }

    /// <summary>Put after every caption; null: nothing.</summary>
    public string? CaptionSuffix { get; init; }

    /// <summary>The share of steps, 0 … 1, that see the empty caption.</summary>
    public double CaptionDropout { get; init; }

    /// <summary>Every n-th epoch sees empty captions; 0: none.</summary>
    public int CaptionDropoutEveryEpochs { get; init; }

    /// <summary>The share of tags, 0 … 1, left out.</summary>
    public double TagDropout { get; init; }

    /// <summary>Whether <c>{a|b}</c> chooses, and of several lines one is taken.</summary>
    public bool Wildcard { get; init; }

    /// <summary>Whether every picture is also seen mirrored.</summary>
    public bool Flip { get; init; }

    /// <summary>Whether colours are varied; refused by latent caches, so never done.</summary>
    public bool ColorAug { get; init; }

    /// <summary>Whether the crop is chosen anew each time.</summary>
    public bool RandomCrop { get; init; }

    /// <summary>Tags that the first step sees.</summary>
    public int TokenWarmupMin { get; init; } = 1;

    /// <summary>The step from which all tags are seen; below 1 a share of all steps; 0: from the start.</summary>
    public double TokenWarmupStep { get; init; }

    /// <summary>Filter for resizing; null: area when both sides shrink, else lanczos.</summary>
    public string? ResizeInterpolation { get; init; }

    /// <summary>The share of pictures, 0 … 1, that is measured instead of trained on.</summary>
    public double ValidationSplit { get; init; }

    /// <summary>The colour behind transparent pictures, as <c>#rrggbb</c>.</summary>
    public string Background { get; init; } = "#ffffff";

    /// <summary>Whether pictures that cannot be read are named and left out instead of stopping.</summary>
    public bool SkipBadPictures { get; init; }
}
