namespace Animarium.Diffusion.Sampling;

/// <summary>What the fields "Sampler" and "Schedule type" of a picture's description mean.</summary>
/// <param name="SamplerName">The sampler's name without a schedule's at its end; the label where it is known.</param>
/// <param name="ScheduleName">The schedule's label, also of one that isn't ours; null where none is named.</param>
/// <param name="Sampler">Ours; null where the name is unknown.</param>
/// <param name="Schedule">
/// Ours; null where there is none: for "Automatic" see <see cref="Sampler.AutomaticSchedule"/>, the others below make no sense for a flow.
/// </param>
public sealed record NamedSampling(string SamplerName, string? ScheduleName, Sampler? Sampler, Schedule? Schedule)
{
    /// <summary>Schedules of A1111 and Forge that are none of ours: fixed σ of other models, or a choice left to the sampler.</summary>
    static readonly (string Label, string Name)[] Foreign = [("Automatic", "automatic"), ("Align Your Steps", "align_your_steps"), ("Turbo", "turbo")];

    /// <summary>Reads names of any program. Old pictures write both into one field ("DPM++ 2M Karras"): such an end wins over the other field.</summary>
    /// <param name="sampler">The field "Sampler".</param>
    /// <param name="schedule">The field "Schedule type", where there is one.</param>
    public static NamedSampling Read(string sampler, string? schedule = null)
    {
        const StringComparison ignoring = StringComparison.OrdinalIgnoreCase;
        if (Names.Find(Sampler.All, s => s.AllNames, sampler) is null
            && ScheduleNames.Where(n => sampler.EndsWith(' ' + n, StringComparison.Ordinal)).MaxBy(n => n.Length) is { } end)
            (sampler, schedule) = (sampler[..^(end.Length + 1)], end);

        var ours = Names.Find(Sampler.All, s => s.AllNames, sampler);
        var steps = schedule is null ? null : Names.Find(Schedule.All, s => s.AllNames, schedule);
        string? foreign = Foreign.FirstOrDefault(f => string.Equals(schedule, f.Label, ignoring) || string.Equals(schedule, f.Name, ignoring)).Label;
        return new(ours?.Label ?? sampler, steps?.Label ?? foreign ?? schedule, ours, steps);
    }

    static IEnumerable<string> ScheduleNames => [.. Schedule.All.SelectMany(s => s.AllNames), .. Foreign.Select(f => f.Label), .. Foreign.Select(f => f.Name)];
}
