using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

/// <summary>One property of <see cref="TrainingSettings"/>, declared once in <see cref="TrainingOptions"/>: files, <c>--set</c>, checks and help follow from it.</summary>
public abstract class TrainingSetting
{
    private protected TrainingSetting(string key) => Key = key;

    /// <summary><c>section.key</c> in snake_case, as in files; the seed alone has no section.</summary>
    public string Key { get; }

    /// <summary>The part before the dot; empty for the seed.</summary>
    public string Section => Key.Contains('.', StringComparison.Ordinal) ? Key[..Key.IndexOf('.', StringComparison.Ordinal)] : "";

    /// <summary>The part after the dot.</summary>
    public string Name => Section.Length > 0 ? Key[(Section.Length + 1)..] : Key;

    /// <summary>px, steps, …; null for pure numbers and words.</summary>
    public string? Unit { get; init; }

    /// <summary>Whether its value is a table whose entries may be set one by one.</summary>
    internal bool IsTable => Values is ITableValues;

    /// <summary>Why it changes nothing under the other settings: the key of a sentence, or null if it acts.</summary>
    internal Func<TrainingSettings, string?> Idle { get; init; } = _ => null;

    /// <summary>The values it takes.</summary>
    public abstract KnobValues Values { get; }

    /// <summary>Our default as JSON; null: not given.</summary>
    public JsonNode? Default => ToJson(new TrainingSettings());

    /// <summary>One or two sentences for people.</summary>
    public string HelpText(CultureInfo? culture = null) => TrainingWords.Find(Key, culture);

    /// <summary>The heading of a section.</summary>
    public static string Heading(string section, CultureInfo? culture = null) => TrainingWords.Find(section.Length > 0 ? $"section.{section}" : "section.general", culture);

    /// <summary>Why it changes nothing under the other settings, in words; null if it acts.</summary>
    public string? WithoutEffect(TrainingSettings settings) => Idle(settings) is { } reason ? TrainingWords.Say(reason, Key) : null;

    /// <summary>Its value as JSON; null: not given.</summary>
    public abstract JsonNode? ToJson(TrainingSettings settings);

    /// <summary>Its value as a person types it after <c>key=</c>; empty: not given.</summary>
    public string Typed(TrainingSettings settings) => TrainingFile.Typed(ToJson(settings));

    /// <summary>The settings with another value.</summary>
    /// <param name="settings">All others.</param>
    /// <param name="value">JSON of any form that is understood; null: not given.</param>
    /// <exception cref="SettingException">It is none of <see cref="Values"/>.</exception>
    public abstract TrainingSettings With(TrainingSettings settings, JsonNode? value);

    /// <summary>Throws if the value it has is none of <see cref="Values"/>.</summary>
    /// <exception cref="SettingException">The message names the setting and its range.</exception>
    public abstract void Check(TrainingSettings settings);
}

/// <summary>A setting with its type.</summary>
/// <typeparam name="T">The property's type.</typeparam>
internal sealed class TrainingSetting<T>(string key, Func<TrainingSettings, T> get, Func<TrainingSettings, T, TrainingSettings> with, KnobValues<T> values) : TrainingSetting(key)
{
    public override KnobValues Values => values;

    public override JsonNode? ToJson(TrainingSettings settings) => get(settings) is { } value ? values.ToJson(value) : null;

    public override TrainingSettings With(TrainingSettings settings, JsonNode? value)
    {
        using var json = JsonDocument.Parse(value?.ToJsonString() ?? "null");
        return values.TryRead(json.RootElement, out T read) && values.Allows(read) ? with(settings, read) : throw values.Wrong(Key, value?.ToJsonString() ?? "null");
    }

    public override void Check(TrainingSettings settings)
    {
        if (!values.Allows(get(settings))) throw values.Wrong(Key, ToJson(settings));
    }
}

/// <summary>Declares the settings of one section.</summary>
internal sealed class SettingSection<TSection>(string name, Func<TrainingSettings, TSection> get, Func<TrainingSettings, TSection, TrainingSettings> with)
{
    /// <summary>One of its settings.</summary>
    public TrainingSetting Of<T>(string key, Func<TSection, T> read, Func<TSection, T, TSection> write, KnobValues<T> values, Func<TrainingSettings, string?>? idle = null, string? unit = null) =>
        new TrainingSetting<T>($"{name}.{key}", s => read(get(s)), (s, v) => with(s, write(get(s), v)), values) { Idle = idle ?? (_ => null), Unit = unit };
}
