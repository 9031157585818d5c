using System.Globalization;
using Animarium.Diffusion;
using Animarium.Studio.Generation;
using Animarium.Studio.Prompts;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Plans;

/// <summary>What the values of an axis mean.</summary>
internal abstract class AxisKind(string name)
{
    private const string LoraPrefix = "lora:";

    /// <summary>Names that are no knob's.</summary>
    private static readonly string[] Special = [SizeAxis.Key, ReplaceAxis.Key, LoraPrefix + "NAME"];

    /// <summary>As people write it.</summary>
    public string Name => name;

    /// <summary>The knobs that it sets: no two axes may set the same.</summary>
    public abstract IReadOnlyList<string> Sets { get; }

    /// <summary>Whether its values are numbers, so that ranges can be written.</summary>
    public virtual bool IsNumber => false;

    /// <summary>Whether its numbers are whole.</summary>
    public virtual bool IsWhole => false;

    /// <summary>A value in the form in which it is shown.</summary>
    /// <exception cref="SettingException">The axis does not take it.</exception>
    public abstract string Read(string value);

    /// <summary>The settings with a value that was read.</summary>
    public abstract Settings Apply(Settings below, string value);

    /// <summary>The kind with this name.</summary>
    /// <exception cref="SettingException">There is none.</exception>
    public static AxisKind Find(string name)
    {
        if (name.Equals(SizeAxis.Key, StringComparison.OrdinalIgnoreCase)) return new SizeAxis();
        if (name.Equals(ReplaceAxis.Key, StringComparison.OrdinalIgnoreCase)) return new ReplaceAxis();
        if (name.StartsWith(LoraPrefix, StringComparison.OrdinalIgnoreCase) && name.Length > LoraPrefix.Length) return new StrengthAxis(LoraPrefix + name[LoraPrefix.Length..], name[LoraPrefix.Length..]);
        if (Knobs.Find(name) is { } knob && MayDiffer(knob)) return knob == Knobs.Lora ? new LoraAxis() : new KnobAxis(knob);
        var known = Knobs.All.Where(MayDiffer).Select(each => each.Name).Concat(Special);
        throw new SettingException("axis", Words.Say("plan.axis.unknown", name, Spelling.Nearest(name, known)));
    }

    /// <summary>How many pictures there are is the plan's own affair, and where they go is said once.</summary>
    private static bool MayDiffer(Knob knob) => knob.Group != KnobGroup.Output && knob.Key is not ("count" or "batch" or "rating");
}

/// <summary>The values of a knob.</summary>
internal sealed class KnobAxis(Knob knob) : AxisKind(knob.Name)
{
    public override IReadOnlyList<string> Sets => [knob.Key];

    public override bool IsNumber => knob.Values.Least is not null || knob is Knob<ulong?>;

    public override bool IsWhole => knob is Knob<int> or Knob<ulong?>;

    public override string Read(string value)
    {
        object? read = knob.Parse(value);
        return knob is Knob<ulong?> && read is null ? throw knob.Values.Wrong(Name, value) : knob.Format(read); // a random seed would be another at every look
    }

    public override Settings Apply(Settings below, string value) => below.With(knob.Name, value);
}

/// <summary>832x1216</summary>
internal sealed class SizeAxis() : AxisKind(Key)
{
    public const string Key = "size";

    public override IReadOnlyList<string> Sets => ["width", "height"];

    public override string Read(string value)
    {
        string[] sides = value.Split(['x', '×', 'X'], StringSplitOptions.TrimEntries);
        if (sides.Length != 2) throw new SettingException(Key, Words.Say("plan.size", value));
        _ = Settings.Empty.With("width", sides[0]).With("height", sides[1]);
        return $"{sides[0]}x{sides[1]}";
    }

    public override Settings Apply(Settings below, string value) => value.Split('x') is var sides ? below.With("width", sides[0]).With("height", sides[1]) : below;
}

/// <summary>A LoRA beside those that are used anyway, or none: so that files can be compared with each other and with nothing.</summary>
internal sealed class LoraAxis() : AxisKind("lora")
{
    private const string None = "none";

    public override IReadOnlyList<string> Sets => ["lora"];

    public override string Read(string value) =>
        value.Trim().Equals(None, StringComparison.OrdinalIgnoreCase) ? None : Knobs.Lora.Format(Knobs.Lora.Parse(value.Trim()));

    public override Settings Apply(Settings below, string value) => value == None ? below
        : below.With(Knobs.Lora, Knobs.Lora.Of(below.Complete()).Concat((IReadOnlyList<LoraUse>)Knobs.Lora.Parse(value)!).ToList());
}

/// <summary>The strength of one LoRA, wherever it is used; one that is not used yet is added.</summary>
internal sealed class StrengthAxis(string axis, string lora) : AxisKind(axis)
{
    public override IReadOnlyList<string> Sets => [Name];

    public override bool IsNumber => true;

    /// <summary>The file whose strength it is.</summary>
    public string Lora => lora;

    public override string Read(string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && Math.Abs(number) <= LoraValues.Strongest
        ? number.ToString(CultureInfo.InvariantCulture)
        : throw new SettingException(Name, Words.Say("setting.range", Name, Words.Say("values.number", -LoraValues.Strongest, LoraValues.Strongest), value));

    public override Settings Apply(Settings below, string value)
    {
        double strength = double.Parse(value, CultureInfo.InvariantCulture);
        var used = Knobs.Lora.Of(below.Complete()).ToList();
        int place = used.FindIndex(use => use.Name.Equals(lora, StringComparison.OrdinalIgnoreCase));
        var now = new LoraUse(lora, strength, strength);
        if (place < 0) used.Add(now);
        else used[place] = now;
        return below.With(Knobs.Lora, used);
    }

    /// <summary>Whether a prompt names the LoRA in a tag: then there would be two of it.</summary>
    public bool IsIn(string prompt) => ExtraNetworks.Extract(prompt).Tags.Any(tag => tag.Arguments[0].Trim().Equals(lora, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Search and replace in prompts. All such axes of a plan act at once (<see cref="Replacement"/>), so this one leaves the settings as they are.</summary>
internal sealed class ReplaceAxis() : AxisKind(Key)
{
    public const string Key = "replace";

    public override IReadOnlyList<string> Sets => [];

    public override string Read(string value) => value;

    public override Settings Apply(Settings below, string value) => below;
}
