namespace Animarium.Studio.Training.Settings;

/// <summary>
/// Everything a training run can be told. The defaults are ours; the files of other programs bring those of their program.
/// Names in files are <c>section.key</c> in snake_case.
/// </summary>
public sealed record TrainingSettings
{
    /// <summary>Which weights are trained on.</summary>
    public ModelSettings Model { get; init; } = new();

    /// <summary>What is trained and saved.</summary>
    public AdapterSettings Adapter { get; init; } = new();

    /// <summary>How gradients become changes.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>Rates of parts of the model; only where the model itself is trained.</summary>
    public ComponentRates ComponentLearningRates { get; init; } = new();

    /// <summary>How the learning rate changes over the steps.</summary>
    public ScheduleSettings Schedule { get; init; } = new();

    /// <summary>How long the run is.</summary>
    public StepSettings Steps { get; init; } = new();

    /// <summary>Which noise levels are trained.</summary>
    public TimestepSettings Timestep { get; init; } = new();

    /// <summary>What is minimised.</summary>
    public LossSettings Loss { get; init; } = new();

    /// <summary>The moving average of the weights.</summary>
    public EmaSettings Ema { get; init; } = new();

    /// <summary>The pictures and their captions.</summary>
    public FolderSettings Dataset { get; init; } = new();

    /// <summary>Memory and speed; changes results by rounding alone.</summary>
    public PerformanceSettings Performance { get; init; } = new();

    /// <summary>What is written, where and when.</summary>
    public OutputSettings Output { get; init; } = new();

    /// <summary>Pictures drawn while training.</summary>
    public SampleSettings Sampling { get; init; } = new();

    /// <summary>The loss measured at fixed noise levels with fixed noise.</summary>
    public ValidationSettings Validation { get; init; } = new();

    /// <summary>The start of every random generator; null: chosen at random, and reported.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Whether the model itself is trained instead of an adapter.</summary>
    public bool IsFullFineTuning => Adapter.Type == "none";
}
