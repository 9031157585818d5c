namespace Animarium.Diffusion.Training;

/// <summary>How the difference d between predicted and true velocity is measured.</summary>
public enum LossKind
{
    /// <summary>d²</summary>
    L2,
    /// <summary>|d|</summary>
    L1,
    /// <summary>2c(√(d² + c²) − c): the pseudo-Huber loss, quadratic below the threshold c, linear above</summary>
    Huber,
    /// <summary>2(√(d² + c²) − c)</summary>
    SmoothL1,
}

/// <summary>How the threshold of Huber and smooth L1 depends on sigma.</summary>
public enum HuberSchedule
{
    /// <summary>c = huber_c · huber_scale</summary>
    Constant,
    /// <summary>c = huber_c^σ · huber_scale: the smaller the more noise</summary>
    Exponential,
    /// <summary>c = huber_c^(σ/1000) · huber_scale: what sd-scripts computes for Anima by mistake, nearly the scale whatever huber_c is; to repeat its runs</summary>
    ExponentialOfSdScripts,
}

/// <summary>A factor of the loss that depends on sigma.</summary>
public enum LossWeighting
{
    /// <summary>1</summary>
    None,
    /// <summary>σ⁻² (sd-scripts calls it sigma_sqrt)</summary>
    SigmaSqrt,
    /// <summary>2 / (π(1 − 2σ + 2σ²)) (Esser et al. 2024)</summary>
    Cosmap,
}

/// <summary>What a masked loss is divided by.</summary>
public enum MaskNormalization
{
    /// <summary>The masked area: a small mask counts as much as a large one.</summary>
    Area,
    /// <summary>The whole picture, as in sd-scripts: a small mask gives a small gradient.</summary>
    Picture,
}

/// <summary>The loss. The defaults are plain mean squared error.</summary>
public sealed record LossOptions
{
    /// <summary>How differences are measured.</summary>
    public LossKind Kind { get; init; } = LossKind.L2;

    /// <summary>How noise levels are weighted.</summary>
    public LossWeighting Weighting { get; init; } = LossWeighting.None;

    /// <summary>How the threshold of Huber and smooth L1 depends on sigma.</summary>
    public HuberSchedule HuberSchedule { get; init; } = HuberSchedule.Constant;

    /// <summary>Threshold of Huber and smooth L1, above 0.</summary>
    public double HuberC { get; init; } = 0.1;

    /// <summary>Factor of the threshold, above 0.</summary>
    public double HuberScale { get; init; } = 1;

    /// <summary>What a masked loss is divided by.</summary>
    public MaskNormalization MaskNormalization { get; init; } = MaskNormalization.Area;

    /// <summary>Input perturbation (Ning et al. 2023): so much more noise in what the model sees, not in what it shall predict; 0: none.</summary>
    public double IpNoiseGamma { get; init; }

    /// <summary>Weight of pictures from regularisation sets.</summary>
    public double PriorWeight { get; init; } = 1;

    /// <summary>Throws for the first impossible value.</summary>
    /// <exception cref="ArgumentException">The message says which, and what is possible.</exception>
    public void Check()
    {
        Positive(HuberC, "The Huber threshold");
        Positive(HuberScale, "The Huber scale");
        Require(IpNoiseGamma >= 0 && double.IsFinite(IpNoiseGamma), $"The input noise {IpNoiseGamma} must be a finite number, at least 0.");
        Require(PriorWeight >= 0 && double.IsFinite(PriorWeight), $"The prior weight {PriorWeight} must be a finite number, at least 0.");
    }

    static void Positive(double value, string what) => Require(value > 0 && double.IsFinite(value), $"{what} {value} must be a finite number above 0.");

    static void Require(bool holds, string message)
    {
        if (!holds) throw new ArgumentException(message);
    }
}
