using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Animarium.Studio.Training.Progress;

/// <summary>What happened in each step, a JSON object a line (<c>metrics.jsonl</c>): for plots, for programs, and for the run itself when it is resumed.</summary>
public sealed class MetricsLog : IDisposable
{
    private static readonly JsonSerializerOptions Lines = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StreamWriter writer;

    private MetricsLog(string path) => writer = new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };

    /// <summary>Opens a file to go on after a step: lines of later steps, which will be computed again, are taken away.</summary>
    /// <param name="path">Made if it does not exist.</param>
    /// <param name="lastStep">The last step whose lines stay; 0: an empty file.</param>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static MetricsLog Open(string path, long lastStep)
    {
        if (File.Exists(path))
        {
            string partial = path + ".partial";
            File.WriteAllLines(partial, Read(path).Where(line => line["step"]!.GetValue<long>() <= lastStep).Select(line => line.ToJsonString(Lines)));
            File.Move(partial, path, overwrite: true);
        }
        return new(path);
    }

    /// <summary>Adds a line.</summary>
    /// <param name="kind">What it is about: <c>step</c>, <c>validation</c>, <c>checkpoint</c> …</param>
    /// <param name="step">Steps done.</param>
    /// <param name="facts">The rest; numbers that are not finite are written as null, which JSON has instead.</param>
    public void Write(string kind, long step, JsonObject facts)
    {
        facts.Insert(0, "event", kind);
        facts.Insert(1, "step", step);
        writer.WriteLine(facts.ToJsonString(Lines));
    }

    /// <summary>The lines of a file; a last line cut short by a crash, and anything that is no such line, is left out.</summary>
    public static IEnumerable<JsonObject> Read(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
            if (Parsed(line) is { } facts) yield return facts;
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    /// <summary>A line; null: it is none.</summary>
    internal static JsonObject? Parsed(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject facts && facts["step"] is JsonValue step && step.TryGetValue(out long _) && facts["event"] is JsonValue name && name.TryGetValue(out string? _) ? facts : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException) // the latter: a key twice
        {
            return null;
        }
    }
}
