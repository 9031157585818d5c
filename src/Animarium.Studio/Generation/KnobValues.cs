using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>How a knob is shown and which values it takes.</summary>
public abstract class KnobValues
{
    /// <summary>"a number from 0 to 100", in the language of the current UI culture.</summary>
    public abstract string Describe();

    /// <summary>The smallest number, or null.</summary>
    public virtual double? Least => null;

    /// <summary>The largest number, or null.</summary>
    public virtual double? Most => null;

    /// <summary>The words to choose from; empty if it is no choice.</summary>
    public virtual IReadOnlyList<string> Choices => [];

    /// <summary>Whether it takes several values, one text each.</summary>
    public virtual bool IsList => false;

    /// <summary>Whether it is yes or no: given without a value it means yes.</summary>
    public virtual bool IsFlag => false;

    /// <summary>Whether it names a file or folder.</summary>
    public virtual bool IsPath => false;

    /// <summary>The exception about a value that is none of these.</summary>
    /// <param name="name">The setting's, as people know it.</param>
    /// <param name="given">The value.</param>
    internal SettingException Wrong(string name, object? given) => new(name, Words.Say("setting.range", name, Describe(), Shown(given)));

    /// <summary>Long values are cut: a message is one sentence.</summary>
    private static string Shown(object? given)
    {
        string text = Convert.ToString(given, CultureInfo.InvariantCulture) ?? "";
        return text.Length <= 60 ? text : text[..57] + "…";
    }
}

/// <summary>The values of a typed knob, and their form as text and as JSON.</summary>
/// <typeparam name="T">The property's type.</typeparam>
internal abstract class KnobValues<T> : KnobValues
{
    /// <summary>Whether a value of the type is in range.</summary>
    public abstract bool Allows(T value);

    /// <summary>Reads one text.</summary>
    protected abstract bool TryParse(string text, out T value);

    /// <summary>Reads what was written; the last text counts where one value is asked for.</summary>
    public virtual bool TryParse(IReadOnlyList<string> texts, out T value)
    {
        value = default!;
        return texts.Count > 0 && TryParse(texts[^1].Trim(), out value);
    }

    /// <summary>The text that <see cref="TryParse(string, out T)"/> reads.</summary>
    public abstract string Format(T value);

    /// <summary>The JSON form: the text, unless JSON has a better type.</summary>
    public virtual JsonNode? ToJson(T value) => JsonValue.Create(Format(value));

    /// <summary>Reads the JSON form; numbers and words in quotes are understood, too.</summary>
    public virtual bool TryRead(JsonElement json, out T value)
    {
        value = default!;
        return json.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False && TryParse(json.ToString(), out value);
    }
}
