using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

/// <summary>Marks values that are tables of named entries.</summary>
internal interface ITableValues;

/// <summary>Lists and tables: their text is JSON.</summary>
internal abstract class StructuredValues<T> : KnobValues<T>
{
    public override string Format(T value) => ToJson(value)?.ToJsonString() ?? "";

    protected override bool TryParse(string text, out T value)
    {
        value = default!;
        try
        {
            using var json = JsonDocument.Parse(text.Length > 0 ? text : "null");
            return TryRead(json.RootElement, out value);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether it is a regular expression that the engine takes: without backtracking, so that no file of settings makes it compute for ever.</summary>
    protected static bool IsPattern(string text)
    {
        const int longest = 1000; // characters: module names are shorter
        try
        {
            return text.Length <= longest && new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant) is not null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}

/// <summary>A list of texts, or none.</summary>
/// <param name="most">How many at most.</param>
/// <param name="patterns">Whether each is a regular expression.</param>
internal sealed class TextListValues(int most, bool patterns) : StructuredValues<IReadOnlyList<string>?>
{
    public override bool IsList => true;

    public override string Describe() => TrainingWords.Say(patterns ? "values.patterns" : "values.texts", most);

    public override bool Allows(IReadOnlyList<string>? value) => value is null || value.Count <= most && (!patterns || value.All(IsPattern));

    public override JsonNode? ToJson(IReadOnlyList<string>? value) => value is null ? null : new JsonArray([.. value.Select(v => JsonValue.Create(v))]);

    public override bool TryRead(JsonElement json, out IReadOnlyList<string>? value)
    {
        value = null;
        if (json.ValueKind is JsonValueKind.Null) return true;
        if (json.ValueKind is JsonValueKind.String) value = [json.GetString()!];
        else if (json.ValueKind is JsonValueKind.Array && json.EnumerateArray().All(e => e.ValueKind is JsonValueKind.String)) value = [.. json.EnumerateArray().Select(e => e.GetString()!)];
        return value is not null;
    }
}

/// <summary>Regular expressions and what holds for the layers they name, in order; or none.</summary>
internal sealed class PatternTableValues<T>(KnobValues<T> values) : StructuredValues<IReadOnlyList<KeyValuePair<string, T>>?>, ITableValues
{
    private const int MostEntries = 1000;

    public override string Describe() => TrainingWords.Say("values.patternTable", values.Describe());

    public override bool Allows(IReadOnlyList<KeyValuePair<string, T>>? value) => value is null || value.Count <= MostEntries && value.All(pair => IsPattern(pair.Key) && values.Allows(pair.Value));

    public override JsonNode? ToJson(IReadOnlyList<KeyValuePair<string, T>>? value) =>
        value is null ? null : new JsonObject(value.Select(pair => KeyValuePair.Create(pair.Key, values.ToJson(pair.Value))));

    public override bool TryRead(JsonElement json, out IReadOnlyList<KeyValuePair<string, T>>? value)
    {
        value = null;
        if (json.ValueKind is JsonValueKind.Null) return true;
        if (json.ValueKind is not JsonValueKind.Object) return false;
        var pairs = new List<KeyValuePair<string, T>>();
        foreach (var property in json.EnumerateObject())
        {
            if (!values.TryRead(property.Value, out T read)) return false;
            pairs.Add(new(property.Name, read));
        }
        value = pairs;
        return true;
    }
}

/// <summary>What an optimizer or a schedule is told: names and numbers, booleans, texts or lists of numbers.</summary>
internal sealed class ArgumentValues : StructuredValues<IReadOnlyDictionary<string, object>>, ITableValues
{
    private const int MostEntries = 100;

    public override string Describe() => TrainingWords.Say("values.arguments");

    public override bool Allows(IReadOnlyDictionary<string, object> value) => value.Count <= MostEntries && value.Values.All(v => v is bool or long or double or string or double[]);

    public override JsonNode ToJson(IReadOnlyDictionary<string, object> value) => new JsonObject(value.Select(pair => KeyValuePair.Create(pair.Key, Node(pair.Value))));

    public override bool TryRead(JsonElement json, out IReadOnlyDictionary<string, object> value)
    {
        var read = new SortedDictionary<string, object>(StringComparer.Ordinal);
        value = read;
        if (json.ValueKind is JsonValueKind.Null) return true;
        if (json.ValueKind is not JsonValueKind.Object) return false;
        foreach (var property in json.EnumerateObject())
        {
            if (Value(property.Value) is not { } single) return false;
            read[property.Name] = single;
        }
        return true;
    }

    private static JsonNode? Node(object value) => value switch
    {
        double[] list => new JsonArray([.. list.Select(v => JsonValue.Create(v))]),
        bool flag => JsonValue.Create(flag),
        long whole => JsonValue.Create(whole),
        double number => JsonValue.Create(number),
        _ => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };

    private static object? Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => json.GetBoolean(),
        JsonValueKind.Number => json.TryGetInt64(out long whole) ? whole : json.GetDouble(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Array when json.EnumerateArray().All(e => e.ValueKind is JsonValueKind.Number) => json.EnumerateArray().Select(e => e.GetDouble()).ToArray(),
        _ => null,
    };
}

/// <summary>Width and height as [1024, 768], 1024 or "1024x768"; or none.</summary>
internal sealed class SizeValues(int least, int most) : KnobValues<(int Width, int Height)?>
{
    public override double? Least => least;

    public override double? Most => most;

    public override string Describe() => TrainingWords.Say("values.size", least, most);

    public override bool Allows((int Width, int Height)? value) => value is not { } size || size.Width >= least && size.Width <= most && size.Height >= least && size.Height <= most;

    protected override bool TryParse(string text, out (int Width, int Height)? value)
    {
        value = null;
        if (text.Length == 0) return true;
        int[] sides = [.. text.Split(['x', ',', '×'], 2).Select(side => int.TryParse(side.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1)];
        value = (sides[0], sides[^1]);
        return sides.All(side => side > 0);
    }

    public override string Format((int Width, int Height)? value) => value is var (width, height) ? $"{width}x{height}" : "";

    public override JsonNode? ToJson((int Width, int Height)? value) => value is var (width, height) ? new JsonArray(width, height) : null;

    public override bool TryRead(JsonElement json, out (int Width, int Height)? value)
    {
        value = null;
        if (json.ValueKind is JsonValueKind.Null) return true;
        return json.ValueKind is JsonValueKind.Array ? TryParse(string.Join(',', json.EnumerateArray().Take(3)), out value) : base.TryRead(json, out value);
    }
}

/// <summary>Noise levels above 0 and below 1.</summary>
internal sealed class SigmaListValues : StructuredValues<IReadOnlyList<double>>
{
    private const int MostEntries = 100;

    public override bool IsList => true;

    public override string Describe() => TrainingWords.Say("values.sigmas", MostEntries);

    public override bool Allows(IReadOnlyList<double> value) => value.Count is > 0 and <= MostEntries && value.All(s => s is > 0 and < 1);

    public override JsonNode ToJson(IReadOnlyList<double> value) => new JsonArray([.. value.Select(v => JsonValue.Create(v))]);

    public override bool TryRead(JsonElement json, out IReadOnlyList<double> value)
    {
        value = json.ValueKind is JsonValueKind.Array && json.EnumerateArray().All(e => e.ValueKind is JsonValueKind.Number) ? [.. json.EnumerateArray().Select(e => e.GetDouble())] : [];
        return value.Count > 0;
    }
}
