namespace Animarium.Studio.Training.Settings;

/// <summary>How gradients become changes.</summary>
public sealed record OptimizerSettings
{
    /// <summary>One of <see cref="TrainingNames.Optimizers"/>.</summary>
    public string Name { get; init; } = "adamw";

    /// <summary>The optimizer as an imported file names it; null: not imported.</summary>
    public string? Original { get; init; }

    /// <summary>The base learning rate; 1 for Prodigy.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>The text encoder's; null: <see cref="LearningRate"/>.</summary>
    public double? TextEncoderLearningRate { get; init; }

    /// <summary>What the optimizer itself is told (weight_decay, betas, eps …): bool, long, double, string, or double[].</summary>
    public IReadOnlyDictionary<string, object> Args { get; init; } = new SortedDictionary<string, object>(StringComparer.Ordinal);

    /// <summary>Gradients are scaled down to this norm over all tensors; 0: never.</summary>
    public double MaxGradNorm { get; init; } = 1;
}

/// <summary>How the learning rate changes over the steps.</summary>
public sealed record ScheduleSettings
{
    /// <summary>One of <see cref="TrainingNames.Schedules"/>.</summary>
    public string Name { get; init; } = "cosine";

    /// <summary>A scheduler class that an imported file names; known ones become <see cref="Name"/>.</summary>
    public string? Type { get; init; }

    /// <summary>What that class is told; values as in <see cref="OptimizerSettings.Args"/>.</summary>
    public IReadOnlyDictionary<string, object> Args { get; init; } = new SortedDictionary<string, object>(StringComparer.Ordinal);

    /// <summary>Steps in which the rate rises from 0; null: by <see cref="WarmupRatio"/>.</summary>
    public int? WarmupSteps { get; init; }

    /// <summary>The share of all steps, 0 … 1, in which the rate rises from 0; null: by <see cref="WarmupSteps"/>, else none.</summary>
    public double? WarmupRatio { get; init; }

    /// <summary>Steps in which the rate falls at the end (warmup_stable_decay); null: by <see cref="DecayRatio"/>.</summary>
    public int? DecaySteps { get; init; }

    /// <summary>The share of all steps, 0 … 1, in which the rate falls at the end; null: by <see cref="DecaySteps"/>.</summary>
    public double? DecayRatio { get; init; }

    /// <summary>Cycles of cosine_with_restarts.</summary>
    public int Cycles { get; init; } = 1;

    /// <summary>The power of polynomial.</summary>
    public double Power { get; init; } = 1;

    /// <summary>The lowest rate as a share of the highest; null: 0.</summary>
    public double? MinLrRatio { get; init; }

    /// <summary>The timescale of inverse_sqrt in steps; null: the warm-up's length.</summary>
    public int? Timescale { get; init; }
}

/// <summary>The moving average of the weights that is saved in their place.</summary>
public sealed record EmaSettings
{
    /// <summary>The decay's limit, 0 … 1; null: no average.</summary>
    public double? Decay { get; init; }

    /// <summary>Whether decay is 1 − (1 + n / inv_gamma)^−power instead of (1 + n) / (10 + n).</summary>
    public bool Warmup { get; init; }

    /// <summary>See <see cref="Warmup"/>.</summary>
    public double InvGamma { get; init; } = 1;

    /// <summary>See <see cref="Warmup"/>.</summary>
    public double Power { get; init; } = 2.0 / 3;

    /// <summary>Steps before the average begins.</summary>
    public int AfterSteps { get; init; }
}
