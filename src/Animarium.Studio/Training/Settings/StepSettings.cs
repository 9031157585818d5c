namespace Animarium.Studio.Training.Settings;

/// <summary>How long the run is: the first of <see cref="MaxSteps"/>, <see cref="Epochs"/> and <see cref="ImagesSeen"/> that is given; with none of them a preset says it.</summary>
public sealed record StepSettings
{
    /// <summary>Passes over all pictures with their repeats; null: not given.</summary>
    public int? Epochs { get; init; }

    /// <summary>Optimizer steps; null: not given.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Pictures seen in the whole run: steps × batch size × accumulation; null: not given.</summary>
    public int? ImagesSeen { get; init; }

    /// <summary>Pictures computed at once.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Batches whose gradients are averaged for one step.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Measurements (<see cref="ValidationSettings"/>) in a row without a better loss after which training stops; null: it never stops early.</summary>
    public int? EarlyStop { get; init; }
}

/// <summary>Which noise levels σ are trained.</summary>
public sealed record TimestepSettings
{
    /// <summary><c>sigmoid</c>, <c>shift</c>, <c>flux_shift</c>, <c>uniform</c> or <c>sigma</c>.</summary>
    public string Sampling { get; init; } = "sigmoid";

    /// <summary>σ = sigmoid(scale · n), n ~ N(0, 1).</summary>
    public double SigmoidScale { get; init; } = 1;

    /// <summary>s in σ' = s·σ / (1 + (s − 1)·σ); acts under <c>shift</c> and <c>sigma</c>.</summary>
    public double Shift { get; init; } = 1;

    /// <summary><c>uniform</c>, <c>sigma_sqrt</c>, <c>cosmap</c>, or, acting under <c>sigma</c> alone, <c>logit_normal</c> and <c>mode</c>.</summary>
    public string Weighting { get; init; } = "uniform";

    /// <summary>Mean of <c>logit_normal</c>.</summary>
    public double LogitMean { get; init; }

    /// <summary>Deviation of <c>logit_normal</c>.</summary>
    public double LogitStd { get; init; } = 1;

    /// <summary>Scale of <c>mode</c>.</summary>
    public double ModeScale { get; init; } = 1.29;
}

/// <summary>What is minimised.</summary>
public sealed record LossSettings
{
    /// <summary><c>l2</c>, <c>l1</c>, <c>huber</c> or <c>smooth_l1</c>.</summary>
    public string Type { get; init; } = "l2";

    /// <summary>Where huber and smooth_l1 turn from square to linear.</summary>
    public double HuberC { get; init; } = 0.1;

    /// <summary><c>constant</c> or <c>exponential</c> over σ; <c>snr</c> has no meaning for Anima.</summary>
    public string HuberSchedule { get; init; } = "constant";

    /// <summary>A factor on the threshold.</summary>
    public double HuberScale { get; init; } = 1;

    /// <summary>Whether mask pictures weight the loss.</summary>
    public bool Masked { get; init; }

    /// <summary>Whether the pictures' alpha channel weights the loss.</summary>
    public bool AlphaMask { get; init; }

    /// <summary><c>area</c>: the mean over the mask's area, so that small masks count as much as large ones; <c>all</c>: over all pixels, as kohya.</summary>
    public string MaskNormalisation { get; init; } = "area";

    /// <summary>Strength of extra noise in the input alone (arXiv 2301.11706); null: none.</summary>
    public double? IpNoiseGamma { get; init; }

    /// <summary>The weight of regularisation pictures.</summary>
    public double PriorLossWeight { get; init; } = 1;
}
