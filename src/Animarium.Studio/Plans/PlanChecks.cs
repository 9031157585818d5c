using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Plans;

/// <summary>What must hold between the parts of a plan.</summary>
internal static class PlanChecks
{
    /// <exception cref="SettingException">Two axes set the same, a line of the prompts sets what is the plan's affair, or a search finds nothing.</exception>
    public static void Require(DrawPlan plan, IReadOnlyList<AxisKind> kinds)
    {
        if (kinds.SelectMany(kind => kind.Sets).GroupBy(key => key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new SettingException(twice.Key, Words.Say("plan.axes.same", twice.Key));
        if (kinds.Any(kind => kind.Sets.Contains("seed")) && plan.Seeds.Count > 1) throw new SettingException("count", Words.Say("plan.seed.twice"));
        foreach (var line in plan.Prompts)
            if (line.Given.FirstOrDefault(knob => knob.Key is "count" or "batch")?.Key is { } key) throw new SettingException(key, Words.Say("plan.prompt.count", key));
        foreach (var (axis, kind) in plan.Axes.Zip(kinds))
        {
            if (kind is ReplaceAxis) RequireFound(plan, axis);
            if (kind is StrengthAxis strength && Prompted(plan).FirstOrDefault(strength.IsIn) is not null) throw new SettingException(axis.Name, Words.Say("plan.lora.tag", strength.Lora));
        }
    }

    /// <exception cref="SettingException">A cut takes out what is not there.</exception>
    public static void RequireCuts(DrawPlan plan, int most)
    {
        if (plan.Cuts.Count > most) throw new SettingException("cuts", Words.Say("plan.cuts", most));
        foreach (var cut in plan.Cuts)
        {
            bool known = cut switch
            {
                IndexCut range => range.First >= 0 && range.First <= range.Last && range.Last < plan.Count,
                ValueCut value => plan.Axes.Any(axis => axis.Name == value.Axis && axis.Values.Contains(value.Value)),
                _ => false,
            };
            if (!known) throw new SettingException("cuts", Words.Say("plan.cut.unknown", cut is IndexCut (var first, var last) ? $"{first}-{last}" : cut is ValueCut (var axis, var name) ? $"{axis}={name}" : ""));
        }
    }

    /// <summary>A search that finds nothing would draw the same picture again and again.</summary>
    private static void RequireFound(DrawPlan plan, PlanAxis axis)
    {
        string search = axis.Values[0];
        if (search.Length == 0) throw new SettingException(axis.Name, Words.Say("plan.replace.empty"));
        // With another axis's searches in place, so that overlapping ones are told, too.
        var others = plan.Axes.Where(other => other.Name == axis.Name && other != axis).Select(other => (other.Values[0], ""));
        const string mark = "\uE000"; // of the private use area: in no prompt
        var replacement = new Replacement([.. others, (search, mark)]);
        if (!Prompted(plan).Any(text => replacement.In(text).Contains(mark, StringComparison.Ordinal))) throw new SettingException(axis.Name, Words.Say("plan.replace.missing", search));
    }

    /// <summary>Every prompt and negative prompt of the plan.</summary>
    private static IEnumerable<string> Prompted(DrawPlan plan)
    {
        var lines = plan.Prompts.Count > 0 ? plan.Prompts.Select(line => line.Over(plan.Common)) : [plan.Common];
        foreach (var request in lines.Select(line => line.Complete()))
        {
            yield return request.Prompt;
            yield return request.Negative;
        }
        foreach (string text in plan.Axes.Where(axis => axis.Name is "prompt" or "negative").SelectMany(axis => axis.Values)) yield return text;
    }
}
