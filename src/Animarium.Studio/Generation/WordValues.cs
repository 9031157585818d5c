using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>Any text up to a length, as it stands. Where the property may be null, null is what was not given.</summary>
internal sealed class TextValues(int longest) : KnobValues<string>
{
    public override string Describe() => Words.Say("values.text", longest);

    public override bool Allows(string value) => value.Length <= longest;

    public override bool TryParse(IReadOnlyList<string> texts, out string value)
    {
        value = texts.Count > 0 ? texts[^1] : "";
        return texts.Count > 0;
    }

    protected override bool TryParse(string text, out string value)
    {
        value = text;
        return true;
    }

    public override string Format(string value) => value;
}

/// <summary>A file, a folder or a name; null or an empty text for none.</summary>
internal sealed class PathValues : KnobValues<string?>
{
    private const int Longest = 4096;

    public override bool IsPath => true;

    public override string Describe() => Words.Say("values.path");

    public override bool Allows(string? value) => value is null || value.Length is > 0 and <= Longest && !value.Contains('\0', StringComparison.Ordinal);

    protected override bool TryParse(string text, out string? value)
    {
        value = text.Length > 0 ? text : null;
        return true;
    }

    public override string Format(string? value) => value ?? "";

    public override JsonNode? ToJson(string? value) => JsonValue.Create(value);

    public override bool TryRead(JsonElement json, out string? value)
    {
        value = null;
        return json.ValueKind == JsonValueKind.Null || base.TryRead(json, out value);
    }
}

/// <summary>Words of a form, such as cuda:0.</summary>
/// <param name="form">What is allowed.</param>
/// <param name="examples">For people.</param>
internal sealed class PatternValues(Regex form, string examples) : KnobValues<string>
{
    /// <summary>Whether capital letters stay what they are.</summary>
    public bool KeepsCase { get; init; }

    public override string Describe() => Words.Say("values.choice", examples);

    public override bool Allows(string value) => form.IsMatch(value);

    protected override bool TryParse(string text, out string value)
    {
        value = KeepsCase ? text : text.ToLowerInvariant();
        return true;
    }

    public override string Format(string value) => value;
}

/// <summary>Yes or no.</summary>
internal sealed class FlagValues : KnobValues<bool>
{
    public override bool IsFlag => true;

    public override string Describe() => Words.Say("values.flag");

    public override bool Allows(bool value) => true;

    protected override bool TryParse(string text, out bool value) => bool.TryParse(text, out value);

    public override string Format(bool value) => value ? "true" : "false";

    public override JsonNode ToJson(bool value) => JsonValue.Create(value);
}

/// <summary>One of a few words, in any case.</summary>
/// <param name="choices">The words and what they stand for.</param>
internal sealed class ChoiceValues<T>(params (string Word, T Value)[] choices) : KnobValues<T>
{
    public override IReadOnlyList<string> Choices => [.. choices.Select(choice => choice.Word)];

    public override string Describe() => Words.Say("values.choice", string.Join(", ", Choices));

    public override bool Allows(T value) => Array.Exists(choices, choice => Equals(choice.Value, value));

    protected override bool TryParse(string text, out T value)
    {
        var (word, found) = Array.Find(choices, choice => choice.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = found;
        return word is not null;
    }

    public override string Format(T value) => Array.Find(choices, choice => Equals(choice.Value, value)).Word;
}

/// <summary>A name of a registry that also understands the names of other programs.</summary>
/// <param name="ids">Our own names.</param>
/// <param name="find">From any name to our own; throws <see cref="ArgumentException"/> for unknown ones.</param>
internal sealed class NamedValues(IReadOnlyList<string> ids, Func<string, string> find) : KnobValues<string>
{
    public override IReadOnlyList<string> Choices => ids;

    public override string Describe() => Words.Say("values.choice", string.Join(", ", ids));

    public override bool Allows(string value) => ids.Contains(value, StringComparer.Ordinal);

    protected override bool TryParse(string text, out string value)
    {
        try
        {
            value = find(text);
            return true;
        }
        catch (ArgumentException)
        {
            value = text;
            return false;
        }
    }

    public override string Format(string value) => value;
}
