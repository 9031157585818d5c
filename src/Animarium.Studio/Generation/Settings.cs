using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>
/// What was said, and nothing else: values of some knobs. A request is made of layers of them: what a person gave, over what a picture was
/// drawn with, over what the model prefers, over the defaults.
/// </summary>
public sealed class Settings
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2 };

    private readonly ImmutableDictionary<Knob, object?> values;

    private Settings(ImmutableDictionary<Knob, object?> values) => this.values = values;

    /// <summary>Nothing.</summary>
    public static Settings Empty { get; } = new(ImmutableDictionary<Knob, object?>.Empty);

    /// <summary>The knobs that have a value, in the order of <see cref="Knobs.All"/>.</summary>
    public IEnumerable<Knob> Given => Knobs.All.Where(values.ContainsKey);

    /// <summary>Whether a knob has a value.</summary>
    public bool Has(Knob knob) => values.ContainsKey(knob);

    /// <summary>Whether a knob has a value, by its <see cref="Knob.Key"/> or <see cref="Knob.Name"/>.</summary>
    public bool Has(string name) => Knobs.Find(name) is { } knob && Has(knob);

    /// <summary>These and one value more, as a person wrote it.</summary>
    /// <exception cref="SettingException">No knob has this name, or it does not take the value.</exception>
    public Settings With(string name, params IReadOnlyList<string> texts) => With(Named(name), Named(name).Parse(texts));

    /// <summary>These and one value more.</summary>
    /// <exception cref="SettingException">The knob does not take the value.</exception>
    public Settings With(Knob knob, object? value)
    {
        knob.With(new GenerationRequest(), value);
        return new(values.SetItem(knob, value));
    }

    /// <summary>These without a knob.</summary>
    public Settings Without(Knob knob) => new(values.Remove(knob));

    /// <summary>These, and where they say nothing, the others.</summary>
    public Settings Over(Settings below) => new(below.values.SetItems(values));

    /// <summary>A whole request: what is not said has the default.</summary>
    public GenerationRequest Complete() => values.Aggregate(new GenerationRequest(), (request, value) => value.Key.With(request, value.Value));

    /// <summary>Some knobs of a request.</summary>
    public static Settings Of(GenerationRequest request, Func<Knob, bool> which) =>
        new(Knobs.All.Where(which).ToImmutableDictionary(knob => knob, knob => knob.Get(request)));

    /// <summary>One JSON object of the values by their keys.</summary>
    public JsonObject ToJson() => new(Given.Select(knob => KeyValuePair.Create(knob.Key, knob.ToJson(values[knob]))));

    /// <summary>The JSON as indented text; characters beyond ASCII are escaped.</summary>
    public override string ToString() => ToJson().ToJsonString(Indented);

    /// <summary>Reads a JSON object of values.</summary>
    /// <param name="json">Keys and values.</param>
    /// <param name="problem">Is told unknown keys and values out of range, which are left out then; without it they are thrown.</param>
    /// <exception cref="SettingException">It is no object, or there is a problem and nobody to tell.</exception>
    public static Settings FromJson(JsonElement json, Action<SettingException>? problem = null)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new SettingException(Words.Say("setting.object"));
        var settings = Empty;
        foreach (var property in json.EnumerateObject())
        {
            try
            {
                var knob = Named(property.Name);
                settings = settings.With(knob, knob.FromJson(property.Value));
            }
            catch (SettingException e) when (problem is not null)
            {
                problem(e);
            }
        }
        return settings;
    }

    private static Knob Named(string name) => Knobs.Find(name) ?? throw new SettingException(name, Words.Say("setting.unknown", name));
}
