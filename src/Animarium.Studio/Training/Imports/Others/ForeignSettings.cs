using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Others;

/// <summary>Reads the tree of another program's settings and remembers what was read, so that the rest can be named.</summary>
/// <param name="root">The whole file.</param>
/// <param name="file">Its name for messages.</param>
/// <param name="settings">The program's own defaults.</param>
internal sealed class ForeignSettings(JsonObject root, string file, TrainingSettings settings)
{
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    /// <summary>What was made so far.</summary>
    public TrainingSettings Settings { get; set; } = settings;

    /// <summary>Notes for the report.</summary>
    public List<Notice> Changed { get; } = [];

    /// <summary>Keys without effect.</summary>
    public List<IneffectiveSetting> Ineffective { get; } = [];

    /// <summary>Keys about the machine alone: they, and all below them.</summary>
    public IReadOnlyList<string> Machine { get; init; } = [];

    /// <summary>The table or list at a path, whose own values are still to be read; null: not there.</summary>
    public T? Part<T>(string path)
        where T : JsonNode => Find(path) as T;

    /// <summary>The value at a path of keys and indices (<c>config.process[0].train</c>); null: not there.</summary>
    public JsonNode? Take(string path)
    {
        read.Add(path);
        return Find(path);
    }

    /// <summary>The text at a path; null: not there, or empty.</summary>
    public string? Text(string path) => Take(path) is JsonValue value && value.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>The number at a path; null: not there, or none.</summary>
    public double? Number(string path) => Take(path) is JsonValue value && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    /// <summary>Whether the value at a path is true; null: not there.</summary>
    public bool? Flag(string path) => Take(path)?.ToString().ToLowerInvariant() switch { "true" => true, "false" => false, _ => null };

    /// <summary>Copies values to our settings, as they stand.</summary>
    /// <exception cref="SettingException">A value is of another type or out of range; the message names file and key.</exception>
    public void Copy(params ReadOnlySpan<(string Path, string Setting)> pairs)
    {
        foreach (var (path, key) in pairs)
            if (Take(path) is { } value) Set(key, value.DeepClone(), path);
    }

    /// <summary>Gives one of our settings a value made of the value at a path.</summary>
    /// <exception cref="SettingException">The value is out of range; the message names file and key.</exception>
    public void Set(string key, JsonNode? value, string path)
    {
        var setting = TrainingOptions.Of(key);
        try
        {
            Settings = setting.With(Settings, value);
        }
        catch (SettingException e)
        {
            throw new SettingException(path, TrainingWords.Say("file.value", file, TrainingWords.Say("import.value", path, setting.Values.Describe(), value?.ToJsonString() ?? "null")), e);
        }
    }

    /// <summary>A number of epochs or of steps, by a unit in words.</summary>
    public void Every(double? number, string? unit, string epochs, string steps, string path)
    {
        if (number is not >= 1) return;
        if (unit is "EPOCH") Set(epochs, (long)number, path);
        else if (unit is "STEP") Set(steps, (long)number, path);
    }

    /// <summary>Notes a key of the file that changes nothing.</summary>
    public void Without(string path, string reason)
    {
        if (Take(path) is { } value) Ineffective.Add(new(path, value.ToJsonString(), TrainingWords.Say(reason, path)));
    }

    /// <summary>The report.</summary>
    public ImportReport Report(SettingsKind kind)
    {
        var leaves = Leaves(root, "").ToList();
        return new ImportReport
        {
            Kind = kind,
            Architecture = "Anima",
            Settings = Settings,
            Given = [.. leaves.Order(StringComparer.Ordinal)],
            MachineOnly = [.. leaves.Where(IsMachine).Order(StringComparer.Ordinal)],
            NotImported = [.. leaves.Where(leaf => !IsMachine(leaf) && !read.Any(path => IsBelow(leaf, path))).Order(StringComparer.Ordinal)],
            Ineffective = Ineffective,
            Changed = Changed,
            Warnings = [.. Settings.Notices()],
        };
    }

    private static bool IsBelow(string leaf, string path) => leaf == path || leaf.StartsWith(path, StringComparison.Ordinal) && leaf[path.Length] is '.' or '[';

    private bool IsMachine(string leaf) => Machine.Any(path => IsBelow(leaf, path));

    private JsonNode? Find(string path)
    {
        JsonNode? node = root;
        foreach (string part in path.Split('.'))
        {
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            node = (node as JsonObject)?[bracket < 0 ? part : part[..bracket]];
            if (bracket >= 0) node = node is JsonArray list && int.Parse(part[(bracket + 1)..^1], CultureInfo.InvariantCulture) is var at && at < list.Count ? list[at] : null;
        }
        return node;
    }

    /// <summary>Paths of single values, and of lists of them.</summary>
    private static IEnumerable<string> Leaves(JsonNode? node, string path) => node switch
    {
        JsonObject table => table.SelectMany(pair => Leaves(pair.Value, path.Length > 0 ? $"{path}.{pair.Key}" : pair.Key)),
        JsonArray list when list.Any(item => item is JsonObject) => list.SelectMany((item, i) => Leaves(item, $"{path}[{i}]")),
        null => [],
        _ => [path],
    };
}
