using System.Text.Json;
using System.Text.RegularExpressions;

namespace Animarium.Diffusion.Lora;

/// <summary>
/// What diffusers writes into the header entry <c>lora_adapter_metadata</c>: PEFT's settings of every component, each key prefixed by the component
/// (<c>transformer.lora_alpha</c>). The rank is not read from it: the tensors know better.
/// </summary>
internal sealed class PeftSettings
{
    const int LongestPattern = 256;

    readonly Dictionary<string, JsonElement> entries = [];

    PeftSettings(JsonElement root)
    {
        foreach (var entry in root.EnumerateObject()) entries[entry.Name] = entry.Value.Clone();
    }

    /// <summary>Reads the entry; null if the file has none.</summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static PeftSettings? Of(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("lora_adapter_metadata", out var text)) return null;
        using var json = JsonDocument.Parse(text);
        return json.RootElement.ValueKind == JsonValueKind.Object ? new(json.RootElement) : throw new JsonException("it is not an object");
    }

    /// <summary>Alpha of a module, and whether its scale is alpha / √rank.</summary>
    /// <param name="module">As the file names it: <c>transformer.transformer_blocks.0.attn1.to_q</c>.</param>
    public (double? Alpha, bool RankStabilized) For(string module)
    {
        if (module.Split('.', 2) is not [var component, var path]) return (null, false);
        double? alpha = Entry(component, "alpha_pattern") is { ValueKind: JsonValueKind.Object } pattern
            ? pattern.EnumerateObject().Where(p => Names(p.Name, path)).Select(p => Number(p.Value)).FirstOrDefault()
            : null;
        return (alpha ?? Number(Entry(component, "lora_alpha")), Entry(component, "use_rslora") is { ValueKind: JsonValueKind.True });
    }

    JsonElement? Entry(string component, string name) => entries.TryGetValue($"{component}.{name}", out var value) ? value : null;

    static double? Number(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    // As PEFT matches: a regular expression for the whole path or for its end after a dot. It comes from a file, so it must neither backtrack nor repeat
    // itself into a huge automaton.
    static bool Names(string pattern, string path)
    {
        if (path == pattern || path.EndsWith("." + pattern, StringComparison.Ordinal)) return true;
        if (pattern.Length > LongestPattern || pattern.Contains('{', StringComparison.Ordinal)) return false;
        try
        {
            return Regex.IsMatch(path, $@"^(.*\.)?({pattern})$", RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
