namespace Animarium.Studio.Datasets;

/// <summary>Pictures trained at one resolution and batch size: a <c>[[datasets]]</c> of a dataset file.</summary>
public sealed record DatasetSettings
{
    /// <summary>Width and height of the training area in pixels; buckets have about this area.</summary>
    public (int Width, int Height) Resolution { get; init; } = (512, 512);

    /// <summary>Pictures in a step, at least 1.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Whether pictures keep about their shape (buckets) or are all cropped to <see cref="Resolution"/>.</summary>
    public bool Buckets { get; init; } = true;

    /// <summary>Smallest side of a bucket in pixels.</summary>
    public int MinBucket { get; init; } = 256;

    /// <summary>Largest side of a bucket in pixels.</summary>
    public int MaxBucket { get; init; } = 1024;

    /// <summary>Sides of buckets are multiples of this; itself a multiple of 16 for Anima.</summary>
    public int BucketStep { get; init; } = 64;

    /// <summary>Whether small pictures stay as they are, cropped down to the step; <see cref="MinBucket"/> and <see cref="MaxBucket"/> have no effect then.</summary>
    public bool NoUpscale { get; init; }

    /// <summary>
    /// Whether each picture gets a size of its own proportions with about the tokens of <see cref="Resolution"/> instead of a bucket of the list; only
    /// <see cref="NoUpscale"/> matters beside it. Several datasets over the same folders at several resolutions make multi-resolution training.
    /// </summary>
    public bool FreeFit { get; init; }

    /// <summary>The share of the pictures, 0 … 1, that is not trained on but measured.</summary>
    public double ValidationSplit { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<SubsetSettings> Subsets { get; init; }
}

/// <summary>A folder of pictures and how its captions are treated: a <c>[[datasets.subsets]]</c> of a dataset file.</summary>
public sealed record SubsetSettings
{
    /// <summary>The folder with the pictures.</summary>
    public required string Folder { get; init; }

    /// <summary>JSON or JSONL with the captions (kohya's fine-tuning metadata); null: caption files beside the pictures.</summary>
    public string? MetadataFile { get; init; }

    /// <summary>How often an epoch sees each picture.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>Whether these pictures only keep the model from forgetting their class.</summary>
    public bool IsRegularisation { get; init; }

    /// <summary>The caption of pictures without one; null: they have none.</summary>
    public string? ClassTokens { get; init; }

    /// <summary>A word that stands for what is learned: put before captions that lack it; null: nothing is.</summary>
    public string? Trigger { get; init; }

    /// <summary>Extension of the caption files, with or without the dot; null: <c>.txt</c>, then <c>.caption</c>.</summary>
    public string? CaptionExtension { get; init; }

    /// <summary>Caption processing.</summary>
    public CaptionSettings Caption { get; init; } = new();

    /// <summary>Whether every picture is also seen mirrored.</summary>
    public bool Flip { get; init; }

    /// <summary>Whether the crop is chosen anew each time instead of the middle.</summary>
    public bool RandomCrop { get; init; }

    /// <summary>Whether the picture's alpha channel weights the loss.</summary>
    public bool AlphaMask { get; init; }

    /// <summary>The folder of the masks (white: learn, black: ignore), files named like their pictures; null: <c>mask</c> inside <see cref="Folder"/>, if it is there.</summary>
    public string? MaskFolder { get; init; }

    /// <summary>The colour under transparent pixels, 0xRRGGBB.</summary>
    public int Background { get; init; } = 0xFFFFFF;

    /// <summary>Filter for resizing (<c>lanczos</c>, <c>area</c>, <c>bicubic</c> …); null: area when both sides shrink, else lanczos.</summary>
    public string? ResizeInterpolation { get; init; }

    /// <summary>What this subset's loss is multiplied by.</summary>
    public double LossWeight { get; init; } = 1;
}

/// <summary>How a caption becomes the text of a training step, in the order of sd-scripts.</summary>
public sealed record CaptionSettings
{
    /// <summary>Whether tags are shuffled.</summary>
    public bool Shuffle { get; init; }

    /// <summary>How many leading tags stay in place when tags are shuffled or dropped.</summary>
    public int KeepTokens { get; init; }

    /// <summary>Separates the part that stays in place (and, used twice, a fixed end); null: <see cref="KeepTokens"/> counts.</summary>
    public string? KeepTokensSeparator { get; init; }

    /// <summary>Joins tags that stay together in a shuffle; replaced by a comma afterwards.</summary>
    public string? SecondarySeparator { get; init; }

    /// <summary>Between tags.</summary>
    public string Separator { get; init; } = ",";

    /// <summary>Put before every caption, with a space.</summary>
    public string? Prefix { get; init; }

    /// <summary>Put after every caption, with a space.</summary>
    public string? Suffix { get; init; }

    /// <summary>The share of steps, 0 … 1, that see the empty caption.</summary>
    public double Dropout { get; init; }

    /// <summary>Every n-th epoch sees empty captions; 0: none.</summary>
    public int DropoutEveryEpochs { get; init; }

    /// <summary>The share of tags, 0 … 1, left out.</summary>
    public double TagDropout { get; init; }

    /// <summary>Whether <c>{a|b}</c> chooses, and of several lines one is taken.</summary>
    public bool Wildcard { get; init; }

    /// <summary>Tags that the first step sees.</summary>
    public int TokenWarmupMin { get; init; } = 1;

    /// <summary>The step from which all tags are seen; below 1 a share of all steps; 0: from the start.</summary>
    public double TokenWarmupStep { get; init; }
}
