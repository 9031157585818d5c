using System.Text.Json;
using System.Text.RegularExpressions;

namespace Animarium.Diffusion.Lora;

/// <summary>
/// What diffusers writes into the header entry <c>lora_adapter_metadata</c>: PEFT's settings of every component, each key prefixed by the component
/// (<c>transformer.lora_alpha</c>). The rank is not read from it: the tensors know better.
/// </summary>
internal sealed class PeftSettings
{
    /// <summary>The header's entry.</summary>
    public const string Entry = "lora_adapter_metadata";

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
        if (!metadata.TryGetValue(Entry, out var text)) return null;
        using var json = JsonDocument.Parse(text);
        return json.RootElement.ValueKind == JsonValueKind.Object ? new(json.RootElement) : throw new JsonException("it is not an object");
    }

    /// <summary>Alpha of a module, and whether its scale is alpha / √rank.</summary>
    /// <param name="module">As the file names it: <c>transformer.transformer_blocks.0.attn1.to_q</c>.</param>
    public (double? Alpha, bool RankStabilized) For(string module)
    {
        if (module.Split('.', 2) is not [var component, var path]) return (null, false);
        double? alpha = Value(component, "alpha_pattern") is { ValueKind: JsonValueKind.Object } pattern
            ? pattern.EnumerateObject().Where(p => Names(p.Name, path)).Select(p => Number(p.Value)).FirstOrDefault()
            : null;
        return (alpha ?? Number(Value(component, "lora_alpha")), Value(component, "use_rslora") is { ValueKind: JsonValueKind.True });
    }

    /// <summary>The entry for a file of these layers: what PEFT needs to build its modules again.</summary>
    public static string Write(IEnumerable<LoraLayerTensors> layers)
    {
        var settings = new SortedDictionary<string, object>(StringComparer.Ordinal);
        var components = layers.Select(l => (Names: ModuleNames.In(LoraNaming.Diffusers, l.Network, l.Module).Split('.', 2), Layer: l)).GroupBy(l => l.Names[0], l => (Module: l.Names[1], Rank: l.Layer.Rank ?? 0, l.Layer));
        foreach (var component in components)
        {
            var modules = component.Select(l => (l.Module, l.Rank, Alpha: l.Layer.Alpha ?? l.Rank)).OrderBy(m => m.Module, StringComparer.Ordinal).ToList();
            long rank = Usual(modules.Select(m => m.Rank));
            double alpha = Usual(modules.Select(m => m.Alpha));
            void Set(string name, object value) => settings[$"{component.Key}.{name}"] = value;
            Set("peft_type", "LORA");
            Set("r", rank);
            Set("lora_alpha", alpha);
            Set("rank_pattern", modules.Where(m => m.Rank != rank).ToDictionary(m => m.Module, m => m.Rank));
            Set("alpha_pattern", modules.Where(m => m.Alpha != alpha).ToDictionary(m => m.Module, m => m.Alpha));
            Set("target_modules", modules.Select(m => m.Module).ToList());
            Set("use_rslora", false);
            Set("use_dora", component.Any(l => l.Layer.Tensors.ContainsKey("dora_scale")));
        }
        return JsonSerializer.Serialize(settings, Indented);
    }

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    static T Usual<T>(IEnumerable<T> values) => values.GroupBy(v => v).MaxBy(g => g.Count())!.Key;

    JsonElement? Value(string component, string name) => entries.TryGetValue($"{component}.{name}", out var value) ? value : null;

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
