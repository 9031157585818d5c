using System.Text.Json;
using System.Text.Json.Nodes;

namespace Animarium.Studio.Training.Imports.Others;

/// <summary>What other programs tell their optimizers.</summary>
internal static class ForeignArguments
{
    /// <summary>The single values and lists of numbers of a table.</summary>
    /// <param name="table">Names and values; null: none.</param>
    /// <param name="except">Names that are no arguments.</param>
    public static IReadOnlyDictionary<string, object> Of(JsonObject? table, IReadOnlyCollection<string> except)
    {
        var arguments = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in table ?? [])
            if (!except.Contains(name) && Value(value) is { } argument) arguments[name] = argument;
        return arguments;
    }

    private static object? Value(JsonNode? node) => node switch
    {
        JsonArray list when list.Count > 0 && list.All(IsNumber) => list.Select(item => Number(item!)).ToArray(),
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValueKind() is JsonValueKind.True,
        JsonValue value when value.TryGetValue(out long whole) => whole,
        JsonValue value when IsNumber(value) => Number(value),
        JsonValue value => value.ToString(),
        _ => null,
    };

    private static bool IsNumber(JsonNode? node) => node?.GetValueKind() is JsonValueKind.Number;

    private static double Number(JsonNode node) => node.AsValue().TryGetValue(out long whole) ? whole : node.GetValue<double>();
}
