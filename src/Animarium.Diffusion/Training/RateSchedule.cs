namespace Animarium.Diffusion.Training;

/// <summary>How the learning rate goes, by the names of sd-scripts' <c>lr_scheduler</c>.</summary>
public enum RateSchedule
{
    /// <summary>always the base rate</summary>
    Constant,
    /// <summary>the base rate after the warm-up</summary>
    ConstantWithWarmup,
    /// <summary>evenly down to 0</summary>
    Linear,
    /// <summary>half a cosine down to 0</summary>
    Cosine,
    /// <summary>several such halves, each from the base rate</summary>
    CosineWithRestarts,
    /// <summary>cosines down to a share of the base rate</summary>
    CosineWithMinLr,
    /// <summary>a power of what is left, down to 10⁻⁷</summary>
    Polynomial,
    /// <summary>1/√step</summary>
    InverseSqrt,
    /// <summary>the base rate, then cosines at the end</summary>
    WarmupStableDecay,
    /// <summary>factors by intervals of steps</summary>
    PiecewiseConstant,
    /// <summary>slow at first, fast at the end: (1 − p)/(1 − p/2) (Chen et al. 2022)</summary>
    Rex,
    /// <summary>PyTorch's class of this name: a cosine whose period needn't be that of the run</summary>
    CosineAnnealingLR,
}

/// <summary>Schedules by name.</summary>
public static class RateSchedules
{
    /// <summary>All names, as sd-scripts writes them; <c>CosineAnnealingLR</c> as PyTorch does.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<RateSchedule>().Select(NameOf)];

    /// <summary>The name of a schedule, e.g. <c>cosine_with_restarts</c>.</summary>
    public static string NameOf(RateSchedule schedule) => schedule == RateSchedule.CosineAnnealingLR
        ? schedule.ToString()
        : string.Concat(schedule.ToString().Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));

    /// <summary>The schedule of a name: in any case, with or without underscores and the package in front.</summary>
    /// <exception cref="ArgumentException">There is none; the message offers the nearest names.</exception>
    public static RateSchedule Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (var schedule in Enum.GetValues<RateSchedule>())
            if (Plain(name) == Plain(schedule.ToString())) return schedule;
        throw new ArgumentException($"There is no learning rate schedule '{name}'. Nearest: {Spelling.Nearest(name, Names)}. All: {string.Join(", ", Names)}.", nameof(name));
    }

    static string Plain(string name) => name[(name.LastIndexOf('.') + 1)..].Replace("_", "", StringComparison.Ordinal).Trim().ToLowerInvariant();
}
