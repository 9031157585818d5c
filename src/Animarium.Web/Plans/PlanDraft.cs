using Animarium.Studio.Generation;
using Animarium.Studio.Plans;
using Animarium.Studio.Prompts;

namespace Animarium.Web.Plans;

/// <summary>One row of the form: an axis that is being filled in.</summary>
public sealed class AxisDraft
{
    /// <summary>As <see cref="PlanAxis.Name"/>; empty: there is no such axis.</summary>
    public string Name { get; set; } = "";

    /// <summary>As people write them.</summary>
    public string Values { get; set; } = "";

    /// <summary>Puts one more value at the end; quotes keep its commas together.</summary>
    public void Add(string value) => Values = string.Join(", ", new[] { Values.Trim().TrimEnd(','), value.Contains(',', StringComparison.Ordinal) ? $"\"{value}\"" : value }.Where(part => part.Length > 0));
}

/// <summary>A plan that is being filled in.</summary>
/// <param name="seed">The first seed where the settings say none: kept, so that what is shown is what is drawn.</param>
public sealed class PlanDraft(ulong seed)
{
    /// <summary>X, Y and Z.</summary>
    public IReadOnlyList<AxisDraft> Axes { get; } = [new(), new(), new()];

    /// <summary>One prompt a line; empty: the one of the settings.</summary>
    public string Prompts { get; set; } = "";

    /// <summary>Whether every combination of wildcards is drawn, instead of one by chance for each seed.</summary>
    public bool AllCombinations { get; set; }

    /// <summary>Pictures of every cell.</summary>
    public int Count { get; set; } = 1;

    /// <summary>Whether every picture has a seed of its own.</summary>
    public bool OwnSeeds { get; set; }

    /// <summary>The plan.</summary>
    /// <param name="common">The settings of the page.</param>
    /// <param name="lists">Wildcard lists.</param>
    /// <exception cref="SettingException">An axis cannot be read, parts contradict each other, or there are too many pictures.</exception>
    public DrawPlan Make(Settings common, WildcardLibrary lists)
    {
        var axes = Axes.Where(axis => axis.Name.Length > 0).Select(axis => PlanAxis.Parse(axis.Name, axis.Values)).ToList();
        var lines = Prompts.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        IReadOnlyList<Settings> prompts = AllCombinations
            ? [.. (lines.Length > 0 ? lines : [common.Complete().Prompt]).SelectMany(line => PlanPrompts.Combinations(line, lists))]
            : [.. lines.Select(line => Settings.Empty.With("prompt", line))];
        return DrawPlan.Make(common, axes, prompts, new(common.Complete().Seed ?? seed, Count) { Each = OwnSeeds });
    }
}
