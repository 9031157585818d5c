namespace Animarium.Studio.Generation;

/// <summary>A setting that is not the same in all requests.</summary>
/// <param name="Knob">The setting.</param>
/// <param name="Values">For each request the value as a person would write it; null where it is not said.</param>
public sealed record SettingDifference(Knob Knob, IReadOnlyList<string?> Values);

/// <summary>What differs between requests: for comparing pictures, and for a picture's settings beside the present ones.</summary>
public static class SettingsDiff
{
    /// <summary>The settings that differ, in the order of <see cref="Knobs.All"/>.</summary>
    /// <param name="requests">Two or more; one alone differs in nothing.</param>
    public static IReadOnlyList<SettingDifference> Of(params IReadOnlyList<Settings> requests) =>
        [.. Knobs.All.Where(knob => knob.Describes)
            .Select(knob => new SettingDifference(knob, [.. requests.Select(request => request.Has(knob) ? knob.Format(knob.Get(request.Complete())) : null)]))
            .Where(difference => difference.Values.Distinct().Count() > 1)];
}
