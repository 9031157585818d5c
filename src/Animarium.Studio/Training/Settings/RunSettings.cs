namespace Animarium.Studio.Training.Settings;

/// <summary>Memory and speed.</summary>
public sealed record PerformanceSettings
{
    /// <summary><c>auto</c>, or as <see cref="Generation.Knobs"/> name devices.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Processor threads; 0: as many as there are cores.</summary>
    public int Threads { get; init; }

    /// <summary>The type of the frozen weights and of the computation: <c>auto</c>, <c>no</c> (fp32), <c>bf16</c> or <c>fp16</c>.</summary>
    public string MixedPrecision { get; init; } = "auto";

    /// <summary>Whether trained weights are bf16, too; kept for imports: trained weights are always fp32 here.</summary>
    public bool FullBf16 { get; init; }

    /// <summary>Whether trained weights are fp16, too; kept for imports: trained weights are always fp32 here.</summary>
    public bool FullFp16 { get; init; }

    /// <summary>Whether blocks are computed again on the way back instead of kept: about a third slower, much less memory.</summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Blocks whose weights stay outside the device and are streamed in; null: none.</summary>
    public int? BlocksToSwap { get; init; }

    /// <summary>Whether latents are computed once.</summary>
    public bool CacheLatents { get; init; } = true;

    /// <summary>Whether they are kept for the next run.</summary>
    public bool CacheLatentsToDisk { get; init; } = true;

    /// <summary>Whether text states are computed once for each caption variant.</summary>
    public bool CacheText { get; init; } = true;

    /// <summary>Whether they are kept for the next run.</summary>
    public bool CacheTextToDisk { get; init; } = true;

    /// <summary>Variants of each caption that are kept where captions are shuffled or thinned.</summary>
    public int TextVariants { get; init; } = 8;
}

/// <summary>What is written, where and when.</summary>
public sealed record OutputSettings
{
    /// <summary>The run's folder; null: <c>runs/NAME</c>.</summary>
    public string? Directory { get; init; }

    /// <summary>The file name without extension; null: from the folder of pictures.</summary>
    public string? Name { get; init; }

    /// <summary>Epochs between checkpoints; null: not by epochs.</summary>
    public int? SaveEveryEpochs { get; init; }

    /// <summary>Steps between checkpoints; null: not by steps.</summary>
    public int? SaveEverySteps { get; init; }

    /// <summary>The latest checkpoints that are kept; null: all.</summary>
    public int? KeepCheckpoints { get; init; }

    /// <summary>The type of saved tensors: <c>bf16</c>, <c>fp16</c>, <c>float</c>; null: bf16.</summary>
    public string? Precision { get; init; }

    /// <summary>Goes into the file's metadata; null: nothing.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether the state is kept with each checkpoint; the latest always is.</summary>
    public bool SaveState { get; init; }

    /// <summary>A run's state to continue from; null: a fresh start.</summary>
    public string? Resume { get; init; }

    /// <summary>Whether paths are left out of the file's metadata.</summary>
    public bool StripPaths { get; init; }

    /// <summary>Whether TensorBoard event files are written.</summary>
    public bool Tensorboard { get; init; } = true;
}

/// <summary>Pictures drawn while training, from fixed prompts and seeds.</summary>
public sealed record SampleSettings
{
    /// <summary>Prompts, one a line with kohya's options (<c>--w --h --d --s --l --n</c>); null: <see cref="Prompts"/>.</summary>
    public string? PromptsFile { get; init; }

    /// <summary>Prompts in the same form; null: some captions of the pictures.</summary>
    public IReadOnlyList<string>? Prompts { get; init; }

    /// <summary>Epochs between pictures; null: not by epochs.</summary>
    public int? EveryEpochs { get; init; }

    /// <summary>Steps between pictures; null: not by steps.</summary>
    public int? EverySteps { get; init; }

    /// <summary>Whether pictures are drawn before the first step.</summary>
    public bool AtFirst { get; init; }
}

/// <summary>The loss measured at fixed noise levels with fixed noise, so that two measurements can be compared.</summary>
public sealed record ValidationSettings
{
    /// <summary>Steps between measurements; 0: never; null: ten times in the run.</summary>
    public int? EverySteps { get; init; }

    /// <summary>How many pictures are measured at most.</summary>
    public int Pictures { get; init; } = 8;

    /// <summary>The noise levels, each above 0 and below 1.</summary>
    public IReadOnlyList<double> Sigmas { get; init; } = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
}
