using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Plans;

/// <summary>One direction of a grid: what differs along it, and its values.</summary>
/// <remarks>
/// The name is a knob's (<c>cfg</c>, <c>sampler</c>, <c>model</c>, <c>seed</c>, …), <c>size</c> (832x1216), <c>lora</c> (added to the others; none adds nothing),
/// <c>lora:NAME</c> (the strength of one), or <c>replace</c>: the first value is searched for in prompt and negative prompt, and the others take its place.
/// </remarks>
/// <param name="Name">What differs.</param>
/// <param name="Values">Its values as people write them, at least one.</param>
public sealed record PlanAxis(string Name, IReadOnlyList<string> Values)
{
    /// <summary>An axis has at most this many values.</summary>
    public const int MostValues = 10_000;

    /// <summary>Reads <c>NAME=VALUES</c>: <c>cfg=1,3,5</c>, <c>steps=10-30 (+5)</c>, <c>cfg=1-7 [4]</c>, <c>replace=smile,"frown, tears"</c>.</summary>
    /// <exception cref="SettingException">There is no such axis, or a value cannot be used.</exception>
    public static PlanAxis Parse(string text)
    {
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 ? Parse(text[..sign], text[(sign + 1)..]) : throw new SettingException("axis", Words.Say("plan.axis.form", text));
    }

    /// <summary>Reads the values of an axis: a list with commas (quotes keep commas in a value), in which numbers may be ranges.</summary>
    /// <exception cref="SettingException">There is no such axis, or a value cannot be used.</exception>
    public static PlanAxis Parse(string name, string values)
    {
        var kind = AxisKind.Find(name.Trim());
        return new PlanAxis(kind.Name, [.. AxisValues.Split(values).SelectMany(value => kind.IsNumber ? AxisValues.Range(kind.Name, value, kind.IsWhole) : [value]).Take(MostValues + 1)]).Checked();
    }

    /// <summary>The axis with its values in the form in which the knob writes them.</summary>
    /// <exception cref="SettingException">There is no such axis, or a value cannot be used.</exception>
    internal PlanAxis Checked()
    {
        var kind = AxisKind.Find(Name);
        if (Values.Count is 0 or > MostValues) throw new SettingException(kind.Name, Words.Say("plan.axis.values", kind.Name, Values.Count, MostValues));
        var read = Values.Select(kind.Read).ToList();
        if (read.GroupBy(value => value, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new SettingException(kind.Name, Words.Say("plan.axis.twice", kind.Name, twice.Key));
        return new(kind.Name, read);
    }
}
