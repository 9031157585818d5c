using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Animarium.Parity.Imports;

/// <summary>The samples of other programs' settings, as <c>imports/index.json</c> lists them.</summary>
static class ImportCases
{
    /// <summary>Where the samples lie.</summary>
    public static string Folder { get; } = Reference.At("imports");

    /// <summary>The files of some kinds, relative to <see cref="Folder"/>.</summary>
    public static TheoryData<string> Of(params string[] kinds) =>
        [.. Index.Where(entry => kinds.Contains(entry.GetProperty("kind").GetString())).Select(entry => entry.GetProperty("file").GetString()!).Where(file => File.Exists(Path.Combine(Folder, file)))];

    /// <summary>The text of a sample.</summary>
    public static string Text(string file) => File.ReadAllText(Path.Combine(Folder, file));

    /// <summary>The expected reading of a sample.</summary>
    public static JsonObject Expected(string file)
    {
        string expected = Index.First(entry => entry.GetProperty("file").GetString() == file).GetProperty("expected").GetString()!;
        return JsonNode.Parse(Text(expected))!.AsObject();
    }

    /// <summary>The texts of a list; none where the list is absent.</summary>
    public static string[] Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item!.ToString())];

    /// <summary>Holds each expected leaf to the same leaf of what was read; numbers are compared as numbers.</summary>
    public static void AssertHolds(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject table:
                if (table.Count == 0) Assert.True(actual is null or JsonObject { Count: 0 }, $"{path}: {actual?.ToJsonString()} instead of nothing");
                foreach (var (key, value) in table) AssertHolds(value, (actual as JsonObject)?[key], $"{path}.{key}");
                break;
            case JsonArray list:
                Assert.True(actual is JsonArray read && read.Count == list.Count, $"{path}: {actual?.ToJsonString() ?? "null"} instead of {list.ToJsonString()}");
                for (int i = 0; i < list.Count; i++) AssertHolds(list[i], actual![i], $"{path}[{i}]");
                break;
            case JsonValue when expected.GetValueKind() is JsonValueKind.Number && actual?.GetValueKind() is JsonValueKind.Number:
                Assert.Equal(double.Parse(expected.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture), double.Parse(actual.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture), 1e-12);
                break;
            default:
                Assert.True((expected?.ToString() ?? "null") == (actual?.ToString() ?? "null"), $"{path}: {actual?.ToJsonString() ?? "null"} instead of {expected?.ToJsonString() ?? "null"}");
                break;
        }
    }

    static JsonElement[] Index { get; } = [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(Reference.At("imports"), "index.json"))).RootElement.EnumerateArray()];
}
