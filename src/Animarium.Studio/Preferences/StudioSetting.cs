using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;

namespace Animarium.Studio.Preferences;

/// <summary>One property of <see cref="StudioSettings"/>, declared once in <see cref="StudioOptions"/>: the file, the page, checks and help follow from it.</summary>
public abstract class StudioSetting
{
    private protected StudioSetting(string section, string name) => (Section, Name) = (section, name);

    /// <summary>The table it stands in.</summary>
    public string Section { get; }

    /// <summary>Its key in the table, in snake_case.</summary>
    public string Name { get; }

    /// <summary><c>section.name</c></summary>
    public string Key => $"{Section}.{Name}";

    /// <summary>MB, minutes, …; null for pure numbers and words.</summary>
    public string? Unit { get; init; }

    /// <summary>Whether a change acts only after the next start of the server.</summary>
    public bool NeedsRestart { get; init; }

    /// <summary>The values it takes.</summary>
    public abstract KnobValues Values { get; }

    /// <summary>What holds where the file says nothing; null: nothing in particular.</summary>
    public JsonNode? Default => ToJson(new StudioSettings());

    /// <summary>What stands in the file as an example where nothing was said.</summary>
    public virtual JsonNode? Example => Default;

    /// <summary>One or two sentences for people.</summary>
    public virtual string HelpText(CultureInfo? culture = null) => PreferenceTexts.Find(Key, culture);

    /// <summary>The heading of a section.</summary>
    public static string Heading(string section, CultureInfo? culture = null) => PreferenceTexts.Find($"section.{section}", culture);

    /// <summary>Its value as JSON; null: not said.</summary>
    public abstract JsonNode? ToJson(StudioSettings settings);

    /// <summary>The settings with another value.</summary>
    /// <param name="settings">All others.</param>
    /// <param name="value">Null: not said.</param>
    /// <exception cref="SettingException">It is none of <see cref="Values"/>.</exception>
    public abstract StudioSettings With(StudioSettings settings, JsonNode? value);
}

/// <summary>A setting that is a property.</summary>
/// <typeparam name="T">The property's type.</typeparam>
internal sealed class StudioSetting<T>(string section, string name, Func<StudioSettings, T> get, Func<StudioSettings, T, StudioSettings> with, KnobValues<T> values) : StudioSetting(section, name)
{
    public override KnobValues Values => values;

    public override JsonNode? ToJson(StudioSettings settings) => get(settings) is { } value ? values.ToJson(value) : null;

    public override StudioSettings With(StudioSettings settings, JsonNode? value)
    {
        if (value is null) return with(settings, get(new()));
        using var json = JsonDocument.Parse(value.ToJsonString());
        return values.TryRead(json.RootElement, out T read) && values.Allows(read) ? with(settings, read) : throw values.Wrong(Key, value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString());
    }
}

/// <summary>A knob of requests whose value is said once for all of them.</summary>
internal sealed class KnobSetting(string section, Knob knob) : StudioSetting(section, knob.Name.Replace('-', '_'))
{
    public override KnobValues Values => knob.Values;

    public override JsonNode? Example => knob.ToJson(knob.Default);

    public override string HelpText(CultureInfo? culture = null) => knob.HelpText(culture);

    public override JsonNode? ToJson(StudioSettings settings) => settings.Drawing.Has(knob) ? knob.ToJson(knob.Get(settings.Drawing.Complete())) : null;

    public override StudioSettings With(StudioSettings settings, JsonNode? value)
    {
        if (value is null) return settings with { Drawing = settings.Drawing.Without(knob) };
        using var json = JsonDocument.Parse(value.ToJsonString());
        return settings with { Drawing = settings.Drawing.With(knob, knob.FromJson(json.RootElement)) };
    }
}
