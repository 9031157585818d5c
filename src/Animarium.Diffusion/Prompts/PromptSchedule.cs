using System.Globalization;
using System.Text;

namespace Animarium.Diffusion.Prompts;

/// <summary>The text in force up to and including one step.</summary>
/// <param name="LastStep">1-based.</param>
/// <param name="Text">Without schedule brackets; emphasis brackets and escapes are still in it.</param>
public readonly record struct ScheduledPrompt(int LastStep, string Text);

/// <summary>
/// Prompts that change while drawing: <c>[from:to:when]</c>, <c>[to:when]</c>, <c>[from::when]</c> and <c>[a|b]</c>, which changes every step. With a point,
/// <c>when</c> is a fraction of the steps, without one a step number. The rules are A1111's; reading is linear in the text.
/// </summary>
public static class PromptSchedule
{
    /// <summary>The texts of a prompt, in order of their last step; the last entry ends with the last step.</summary>
    /// <param name="prompt">Any text; what the grammar cannot read is returned whole as the only entry.</param>
    /// <param name="steps">Steps of the first pass, at least 1.</param>
    /// <param name="hiresSteps">Steps of the second pass, to get its texts: step numbers count on from the first pass and fractions from 1.0 to 2.0. Null: the first pass.</param>
    /// <param name="oldTimeline">A1111 before 1.6: below 1 is a fraction, otherwise a step; both passes alike.</param>
    public static IReadOnlyList<ScheduledPrompt> Of(string prompt, int steps, int? hiresSteps = null, bool oldTimeline = false)
    {
        var timeline = new Timeline(steps, oldTimeline ? null : hiresSteps, oldTimeline);
        if (ScheduleGrammar.Read(prompt) is not { } tree) return [new(timeline.Steps, prompt)];
        var ends = new SortedSet<int> { timeline.Steps };
        tree.Collect(ends, timeline);
        return [.. ends.Select(step => new ScheduledPrompt(step, tree.At(step, timeline)))];
    }

    /// <summary>The text in force at a step.</summary>
    /// <param name="schedule">The result of <see cref="Of"/>.</param>
    /// <param name="step">1-based; beyond the end the last text stays.</param>
    public static string At(IReadOnlyList<ScheduledPrompt> schedule, int step)
    {
        foreach (var entry in schedule)
            if (step <= entry.LastStep) return entry.Text;
        return schedule[^1].Text;
    }
}

/// <summary>Turns the number of a schedule into the last step of its first text.</summary>
internal sealed record Timeline(int FirstPass, int? HiresPass, bool Old)
{
    public int Steps => HiresPass ?? FirstPass;

    public int LastStep(string when)
    {
        double value = double.Parse(when, NumberStyles.Float, CultureInfo.InvariantCulture);
        bool fraction = Old ? value < 1 : when.Contains('.');
        double step = fraction ? (value - (HiresPass is null ? 0 : 1)) * Steps : value - (HiresPass is null ? 0 : FirstPass);
        return (int)Math.Clamp(step, int.MinValue, Steps);
    }
}

/// <summary>A part of a prompt whose text depends on the step.</summary>
internal abstract record ScheduleNode
{
    /// <summary>Adds the steps after which the text may change.</summary>
    public virtual void Collect(SortedSet<int> ends, Timeline timeline) { }

    /// <summary>Writes the text of a step.</summary>
    public abstract void Write(StringBuilder text, int step, Timeline timeline);

    public string At(int step, Timeline timeline)
    {
        var text = new StringBuilder();
        Write(text, step, timeline);
        return text.ToString();
    }
}

internal sealed record Verbatim(string Text) : ScheduleNode
{
    public override void Write(StringBuilder text, int step, Timeline timeline) => text.Append(Text);
}

internal sealed record Sequence(List<ScheduleNode> Parts) : ScheduleNode
{
    public override void Collect(SortedSet<int> ends, Timeline timeline) => Parts.ForEach(part => part.Collect(ends, timeline));

    public override void Write(StringBuilder text, int step, Timeline timeline) => Parts.ForEach(part => part.Write(text, step, timeline));
}

internal sealed record Switch(ScheduleNode Before, ScheduleNode After, string When) : ScheduleNode
{
    public override void Collect(SortedSet<int> ends, Timeline timeline)
    {
        if (timeline.LastStep(When) is var last and >= 1) ends.Add(last);
        Before.Collect(ends, timeline);
        After.Collect(ends, timeline);
    }

    public override void Write(StringBuilder text, int step, Timeline timeline) =>
        (step <= timeline.LastStep(When) ? Before : After).Write(text, step, timeline);
}

internal sealed record Alternation(List<ScheduleNode> Options) : ScheduleNode
{
    public override void Collect(SortedSet<int> ends, Timeline timeline)
    {
        for (int step = 1; step <= timeline.Steps; step++) ends.Add(step);
    }

    public override void Write(StringBuilder text, int step, Timeline timeline) => Options[(step - 1) % Options.Count].Write(text, step, timeline);
}
