using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>Options of sd-scripts by name, later ones over earlier ones; from a TOML, a command line, or another program that starts sd-scripts.</summary>
internal sealed class KohyaArguments
{
    private readonly SortedDictionary<string, JsonNode?> given = new(StringComparer.Ordinal);

    /// <summary>What settings say about pictures, as options: it holds where a dataset file says nothing.</summary>
    public static KohyaArguments OfDataset(TrainingSettings settings)
    {
        var arguments = new KohyaArguments();
        foreach (var setting in TrainingOptions.All.Where(setting => setting.Section == "dataset" || setting.Key is "steps.batch_size" or "loss.alpha_mask"))
            if (KohyaOptions.NameOf(setting.Key) is { } option && setting.ToJson(settings) is { } value) arguments[option] = JsonNode.Parse(value.ToJsonString()); // numbers as a file has them
        return arguments;
    }

    /// <summary>Names, in order of the alphabet.</summary>
    public IReadOnlyCollection<string> Names => given.Keys;

    /// <summary>Whether flags and values that mean "as usual" were written by a program, not said by a person.</summary>
    public bool WrittenByProgram { get; init; }

    /// <summary>The value as it was given; null: not given.</summary>
    public JsonNode? this[string name]
    {
        get => given.GetValueOrDefault(name);
        set => given[name] = value;
    }

    /// <summary>Whether an option is given.</summary>
    public bool Has(string name) => given.ContainsKey(name);

    /// <summary>Whether a flag is given and not false.</summary>
    public bool Flag(string name) => given.GetValueOrDefault(name) is JsonValue value && (value.TryGetValue(out bool flag) ? flag : value.ToString() is "true" or "True" or "1");

    /// <summary>Its text; null: not given, or empty.</summary>
    public string? Text(string name) => given.GetValueOrDefault(name) is { } value && value.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Its number; null: not given, or none.</summary>
    public double? Number(string name) => Number(given.GetValueOrDefault(name));

    /// <summary>The texts of a list; of a single text, that one.</summary>
    public IReadOnlyList<string> List(string name) => given.GetValueOrDefault(name) switch
    {
        JsonArray list => [.. list.Select(item => item?.ToString() ?? "")],
        { } single => [single.ToString()],
        null => [],
    };

    /// <summary>Reads <c>name=value</c> texts as the arguments of a class.</summary>
    public IReadOnlyDictionary<string, object> Arguments(string name)
    {
        var arguments = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (string[] pair in List(name).Select(text => text.Split('=', 2)))
            if (pair.Length == 2 && PythonLiteral.Argument(pair[1]) is { } value) arguments[pair[0].Trim()] = value;
        return arguments;
    }

    /// <summary>Adds other options over these.</summary>
    public void Add(KohyaArguments over)
    {
        foreach (var (name, value) in over.given) given[name] = value?.DeepClone();
    }

    private static double? Number(JsonNode? node) => node switch
    {
        JsonArray list => list.Count > 0 ? Number(list[0]) : null,
        JsonValue value when value.GetValueKind() is JsonValueKind.Number => value.GetValue<object>() is JsonElement json ? json.GetDouble() : Convert.ToDouble(value.GetValue<object>(), CultureInfo.InvariantCulture),
        JsonValue value when double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) => number,
        _ => null,
    };
}
