using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Files;

/// <summary>A file of settings as one tree, whatever its format, with the line of each key.</summary>
/// <param name="Root">Tables are objects; whole numbers are <see cref="long"/>, others <see cref="double"/>.</param>
/// <param name="Lines">Line, from 1, by path: <c>datasets[0].subsets[1].num_repeats</c>. Formats without lines leave it empty.</param>
internal sealed record SettingsDocument(JsonObject Root, IReadOnlyDictionary<string, int> Lines)
{
    /// <summary>Nobody's settings are longer, in bytes or characters.</summary>
    public const int LongestFile = 4 << 20;

    /// <summary>Nobody's settings are nested deeper.</summary>
    public const int DeepestLevel = 32;

    /// <summary>"FILE, line 12", or the file alone where the line is not known.</summary>
    public string Place(string file, string path) => Place(file, Lines.GetValueOrDefault(path));

    /// <summary>"FILE, line 12", or the file alone for line 0.</summary>
    public static string Place(string file, int line) => line > 0 ? TrainingWords.Say("file.line", file, line) : file;

    /// <summary>The exception about a file that is not written as its format wants.</summary>
    public static SettingException Broken(string file, int line, string reason) => new(TrainingWords.Say("file.syntax", Place(file, line), reason));
}

/// <summary>Builds a <see cref="SettingsDocument"/> from a stream of keys and values.</summary>
internal sealed class DocumentBuilder(string file)
{
    private readonly JsonObject root = [];
    private readonly Dictionary<string, int> lines = [];
    private readonly Stack<(JsonNode Container, string Path)> open = new();
    private string? key;
    private string keyPath = "";
    private int keyLine;

    /// <summary>Whether of two equal keys the later one counts; otherwise they are refused.</summary>
    public bool LastWins { get; init; }

    /// <summary>Names the value that follows.</summary>
    public void Key(string name, int line)
    {
        string parent = open.Peek().Path;
        (key, keyPath, keyLine) = (name, parent.Length > 0 ? $"{parent}.{name}" : name, line);
        lines.TryAdd(keyPath, line);
    }

    /// <summary>Opens a table or a list.</summary>
    public void Open(JsonNode container)
    {
        if (open.Count == 0)
        {
            open.Push((root, ""));
            return;
        }
        if (open.Count == SettingsDocument.DeepestLevel) throw SettingsDocument.Broken(file, keyLine, TrainingWords.Say("file.deep", SettingsDocument.DeepestLevel));
        var (parent, path) = open.Peek();
        string own = parent is JsonArray list ? $"{path}[{list.Count}]" : keyPath;
        // A table may be continued further down ([a], [b], [a.c]): its parts belong together.
        if (container is JsonObject && key is not null && parent is JsonObject table && table[key] is JsonObject begun) container = begun;
        else Add(container);
        open.Push((container, own));
    }

    /// <summary>Closes the innermost table or list.</summary>
    public void Close() => open.Pop();

    /// <summary>A single value.</summary>
    public void Value(JsonNode? value) => Add(value);

    /// <summary>What was built.</summary>
    public SettingsDocument Document() => new(root, lines);

    private void Add(JsonNode? value)
    {
        switch (open.Peek().Container)
        {
            case JsonArray list:
                list.Add(value);
                break;
            case JsonObject table when key is not null:
                if (LastWins) table[key] = value;
                else if (!table.TryAdd(key, value)) throw SettingsDocument.Broken(file, keyLine, TrainingWords.Say("file.twice", key));
                break;
        }
    }
}
