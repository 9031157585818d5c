using System.Text.Json;
using Xunit;

namespace Animarium.Parity.Prompts;

/// <summary>The cases of a prompt area's golden file, each under a printable name.</summary>
internal static class PromptCases
{
    private static readonly Dictionary<string, JsonElement> Files = [];

    /// <summary>One row (file, array, index, name) for each case of an array in a file; <paramref name="array"/> is null if the file itself is the array.</summary>
    public static TheoryData<string, int> Of(string file, string? array, Func<JsonElement, bool>? where = null)
    {
        var rows = new TheoryData<string, int>();
        int index = 0;
        foreach (var item in All(file, array).EnumerateArray())
        {
            if (where?.Invoke(item) ?? true) rows.Add(Name(index, item), index);
            index++;
        }
        return rows;
    }

    /// <summary>One case.</summary>
    public static JsonElement At(string file, string? array, int index) => All(file, array)[index];

    /// <summary>The whole file.</summary>
    public static JsonElement Whole(string file)
    {
        lock (Files)
        {
            if (!Files.TryGetValue(file, out var root))
                Files[file] = root = JsonDocument.Parse(File.ReadAllBytes(Reference.At("prompts", file))).RootElement;
            return root;
        }
    }

    private static JsonElement All(string file, string? array) => array is null ? Whole(file) : Whole(file).GetProperty(array);

    private static string Name(int index, JsonElement item)
    {
        string text = (item.TryGetProperty("text", out var t) || item.TryGetProperty("repeat", out t) || item.TryGetProperty("prompt", out t)) ? t.GetRawText() : "";
        string printable = string.Concat(text.Select(c => c is > ' ' and < '\x7f' ? c : ' '));
        return $"{index:000} {(printable.Length > 60 ? printable[..60] : printable)}";
    }
}
