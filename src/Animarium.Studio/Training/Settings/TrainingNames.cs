using Animarium.Diffusion.Training.Optimizers;

namespace Animarium.Studio.Training.Settings;

/// <summary>The words that settings of training choose from.</summary>
public static class TrainingNames
{
    /// <summary>Adapters; <c>none</c> trains the model itself.</summary>
    public static IReadOnlyList<string> Adapters { get; } = ["lora", "loha", "lokr", "none"];

    /// <summary>Optimizers of the engine, in lower case as in files.</summary>
    public static IReadOnlyList<string> Optimizers { get; } = [.. OptimizerKinds.All.Select(kind => kind.Name.ToLowerInvariant())];

    /// <summary>Learning-rate schedules.</summary>
    public static IReadOnlyList<string> Schedules { get; } =
    [
        "constant", "constant_with_warmup", "cosine", "cosine_with_restarts", "cosine_with_min_lr", "linear", "polynomial", "inverse_sqrt", "warmup_stable_decay", "rex",
        "piecewise_constant", "adafactor",
    ];

    /// <summary>How noise levels are drawn.</summary>
    public static IReadOnlyList<string> TimestepSamplings { get; } = ["sigmoid", "shift", "flux_shift", "uniform", "sigma"];

    /// <summary>How noise levels are weighted.</summary>
    public static IReadOnlyList<string> Weightings { get; } = ["uniform", "sigma_sqrt", "cosmap", "logit_normal", "mode", "none"];

    /// <summary>Losses.</summary>
    public static IReadOnlyList<string> Losses { get; } = ["l2", "l1", "huber", "smooth_l1"];
}
