using Animarium.Studio.Generation;
using Animarium.Studio.Prompts;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Plans;

/// <summary>Prompts for a plan out of one with wildcards.</summary>
public static class PlanPrompts
{
    /// <summary>A template may have at most this many combinations.</summary>
    public const int MostCombinations = 10_000;

    /// <summary>Every prompt that a template can become, each once: <c>{red|blue} hair, {smile|frown}</c> is four.</summary>
    /// <param name="template">The prompt.</param>
    /// <param name="lists">Wildcard lists as they are now; the plan keeps the results.</param>
    /// <exception cref="SettingException">There are more than <see cref="MostCombinations"/>.</exception>
    public static IReadOnlyList<Settings> Combinations(string template, WildcardLibrary lists)
    {
        var all = new Wildcards(lists).All(template).Take(MostCombinations + 1).ToList();
        if (all.Count > MostCombinations) throw new SettingException("prompt", Words.Say("plan.combinations", MostCombinations));
        return [.. all.Distinct(StringComparer.Ordinal).Select(prompt => Settings.Empty.With("prompt", prompt))];
    }
}
