using System.Globalization;
using System.Resources;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>The headings under which knobs are shown, in order.</summary>
public enum KnobGroup
{
    /// <summary>What is drawn.</summary>
    Prompt,

    /// <summary>How large and how many.</summary>
    Size,

    /// <summary>The sampler.</summary>
    Sampling,

    /// <summary>How strongly the prompt acts.</summary>
    Guidance,

    /// <summary>From other pictures.</summary>
    Source,

    /// <summary>The second pass.</summary>
    Enlarging,

    /// <summary>Which weights.</summary>
    Model,

    /// <summary>What computes.</summary>
    Machine,

    /// <summary>Where pictures go.</summary>
    Output,
}

/// <summary>One field of <see cref="GenerationRequest"/>, declared once in <see cref="Knobs"/>: everything that shows, reads or checks a setting follows from it.</summary>
public abstract class Knob
{
    private static readonly ResourceManager Help = new("Animarium.Studio.Generation.KnobTexts", typeof(Knob).Assembly);

    private protected Knob(string key, KnobGroup group) => (Key, Group) = (key, group);

    /// <summary>The name in JSON: camelCase.</summary>
    public string Key { get; }

    /// <summary>The name in messages and, after two hyphens, on the command line: cfg-rescale.</summary>
    public string Name => string.Concat(Key.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>The heading it stands under.</summary>
    public KnobGroup Group { get; }

    /// <summary>px, GB, …; null for pure numbers and words.</summary>
    public string? Unit { get; init; }

    /// <summary>Whether it belongs to a picture's description; those about the machine and the files do not.</summary>
    public bool Describes => Group < KnobGroup.Machine;

    /// <summary>Why the knob changes nothing under the other settings: the key of a sentence, or null if it acts.</summary>
    internal Func<GenerationRequest, string?> Idle { get; init; } = _ => null;

    /// <summary>The values it takes.</summary>
    public abstract KnobValues Values { get; }

    /// <summary>The value of the official base model; a model may bring others.</summary>
    public object? Default => Get(new GenerationRequest());

    /// <summary>One or two sentences for people.</summary>
    public string HelpText(CultureInfo? culture = null) => Text(Key, culture);

    /// <summary>The heading of a group.</summary>
    public static string Heading(KnobGroup group, CultureInfo? culture = null) => Text($"group.{group}", culture);

    /// <summary>The key of <see cref="WithoutEffect"/>'s sentence, for those who call settings otherwise than the command line; null if it acts.</summary>
    public string? IdleReason(GenerationRequest request) => Idle(request);

    /// <summary>Why the knob changes nothing under the other settings, in words; null if it acts.</summary>
    public string? WithoutEffect(GenerationRequest request) => Idle(request) is { } reason ? Words.Say(reason, Name) : null;

    /// <summary>Its value in a request.</summary>
    public abstract object? Get(GenerationRequest request);

    /// <summary>The request with another value.</summary>
    /// <exception cref="SettingException">The value is of another type or out of range.</exception>
    public abstract GenerationRequest With(GenerationRequest request, object? value);

    /// <summary>Reads what a person wrote; lists take one text an entry, other knobs the last text.</summary>
    /// <exception cref="SettingException">It is none of <see cref="Values"/>.</exception>
    public abstract object? Parse(params IReadOnlyList<string> texts);

    /// <summary>The value as a person would write it.</summary>
    public abstract string Format(object? value);

    /// <summary>The value as JSON.</summary>
    public abstract JsonNode? ToJson(object? value);

    /// <summary>Reads a value from JSON.</summary>
    /// <exception cref="SettingException">It is none of <see cref="Values"/>.</exception>
    public abstract object? FromJson(JsonElement json);

    private static string Text(string key, CultureInfo? culture) =>
        Help.GetString(key, culture ?? CultureInfo.CurrentUICulture) ?? throw new MissingManifestResourceException(key);
}

/// <summary>A knob with its type.</summary>
/// <typeparam name="T">The property's type.</typeparam>
public sealed class Knob<T> : Knob
{
    private readonly Func<GenerationRequest, T> get;
    private readonly Func<GenerationRequest, T, GenerationRequest> with;
    private readonly KnobValues<T> values;

    internal Knob(string key, KnobGroup group, Func<GenerationRequest, T> get, Func<GenerationRequest, T, GenerationRequest> with, KnobValues<T> values)
        : base(key, group) => (this.get, this.with, this.values) = (get, with, values);

    /// <inheritdoc/>
    public override KnobValues Values => values;

    /// <summary>Its value in a request.</summary>
    public T Of(GenerationRequest request) => get(request);

    /// <inheritdoc/>
    public override object? Get(GenerationRequest request) => get(request);

    /// <inheritdoc/>
    public override GenerationRequest With(GenerationRequest request, object? value) => with(request, Checked(value));

    /// <inheritdoc/>
    public override object? Parse(params IReadOnlyList<string> texts) =>
        values.TryParse(texts, out T value) && values.Allows(value) ? value : throw values.Wrong(Name, texts.Count > 0 ? texts[^1] : "");

    /// <inheritdoc/>
    public override string Format(object? value) => values.Format(Checked(value));

    /// <inheritdoc/>
    public override JsonNode? ToJson(object? value) => values.ToJson(Checked(value));

    /// <inheritdoc/>
    public override object? FromJson(JsonElement json) => values.TryRead(json, out T value) && values.Allows(value) ? value : throw values.Wrong(Name, json);

    private T Checked(object? value) =>
        value is T or null && (value is not null || default(T) is null) && values.Allows((T)value!) ? (T)value! : throw values.Wrong(Name, value);
}
