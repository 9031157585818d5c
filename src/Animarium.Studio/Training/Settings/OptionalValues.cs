using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

/// <summary>Values of another kind, or none: JSON's null, or an empty text.</summary>
internal sealed class OptionalValues<T>(KnobValues<T> values) : KnobValues<T?>
    where T : struct
{
    public override double? Least => values.Least;

    public override double? Most => values.Most;

    public override IReadOnlyList<string> Choices => values.Choices;

    public override string Describe() => TrainingWords.Say("values.optional", values.Describe());

    public override bool Allows(T? value) => value is not { } given || values.Allows(given);

    public override bool TryParse(IReadOnlyList<string> texts, out T? value)
    {
        value = null;
        if (texts is [.., ""]) return true;
        bool understood = values.TryParse(texts, out T given);
        value = given;
        return understood;
    }

    protected override bool TryParse(string text, out T? value) => TryParse([text], out value);

    public override string Format(T? value) => value is { } given ? values.Format(given) : "";

    public override JsonNode? ToJson(T? value) => value is { } given ? values.ToJson(given) : null;

    public override bool TryRead(JsonElement json, out T? value)
    {
        value = null;
        if (json.ValueKind is JsonValueKind.Null || json.ValueKind is JsonValueKind.String && json.ValueEquals("")) return true;
        bool understood = values.TryRead(json, out T given);
        value = given;
        return understood;
    }
}

/// <summary>A text, or none.</summary>
internal sealed class OptionalTextValues(int longest) : KnobValues<string?>
{
    public override string Describe() => TrainingWords.Say("values.optional", new TextValues(longest).Describe());

    public override bool Allows(string? value) => value is null || value.Length <= longest;

    protected override bool TryParse(string text, out string? value)
    {
        value = text.Length > 0 ? text : null;
        return true;
    }

    public override string Format(string? value) => value ?? "";

    public override bool TryRead(JsonElement json, out string? value)
    {
        value = json.ValueKind is JsonValueKind.String && json.GetString() is { Length: > 0 } text ? text : null;
        return json.ValueKind is JsonValueKind.String or JsonValueKind.Null;
    }
}

/// <summary>One of a few words, or none.</summary>
internal sealed class OptionalWordValues(params IReadOnlyList<string> words) : KnobValues<string?>
{
    public override IReadOnlyList<string> Choices => words;

    public override string Describe() => TrainingWords.Say("values.optional", Texts.Words.Say("values.choice", string.Join(", ", words)));

    public override bool Allows(string? value) => value is null || words.Contains(value, StringComparer.Ordinal);

    protected override bool TryParse(string text, out string? value)
    {
        value = text.Length > 0 ? text.ToLowerInvariant() : null;
        return true;
    }

    public override string Format(string? value) => value ?? "";

    public override JsonNode? ToJson(string? value) => value is null ? null : JsonValue.Create(value);

    public override bool TryRead(JsonElement json, out string? value)
    {
        value = null;
        return json.ValueKind is JsonValueKind.Null || base.TryRead(json, out value);
    }
}
