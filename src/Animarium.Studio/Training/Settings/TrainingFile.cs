using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Diffusion;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Files;

namespace Animarium.Studio.Training.Settings;

/// <summary>Our own file of settings: TOML with one table for each section, and what was said, nothing else.</summary>
public static class TrainingFile
{
    /// <summary>Reads a file over the defaults.</summary>
    /// <param name="text">TOML.</param>
    /// <param name="file">Its name for messages.</param>
    /// <exception cref="SettingException">It is no TOML, or names a setting that does not exist or a value out of range; the message names file, line and key.</exception>
    public static GivenSettings Read(string text, string file) => Read(TomlText.Read(text, file), file);

    /// <summary>How many of a file's keys are settings of ours.</summary>
    internal static int Known(JsonObject root) =>
        root.Sum(pair => pair.Value is JsonObject section ? section.Count(inner => TrainingOptions.Find($"{pair.Key}.{inner.Key}") is not null) : TrainingOptions.Find(pair.Key) is null ? 0 : 1);

    /// <summary>Reads a file over the defaults.</summary>
    internal static GivenSettings Read(SettingsDocument document, string file)
    {
        var given = GivenSettings.None;
        foreach (var (key, value) in Entries(document, file))
        {
            var setting = TrainingOptions.Find(key) ??
                throw new SettingException(key, TrainingWords.Say("file.unknownKey", document.Place(file, key), key, Spelling.Nearest(key, TrainingOptions.All.Select(s => s.Key))));
            try
            {
                given = given.With(setting, value);
            }
            catch (SettingException e)
            {
                throw new SettingException(key, TrainingWords.Say("file.value", document.Place(file, key), e.Message), e);
            }
        }
        return given;
    }

    /// <summary>Settings with overrides such as <c>adapter.rank=8</c>, <c>optimizer.args.weight_decay=0.1</c> or <c>output.name=my lora</c>, later ones over earlier ones.</summary>
    /// <param name="given">What was said so far.</param>
    /// <param name="overrides">Key, equals sign, value: TOML, or a bare text.</param>
    /// <exception cref="SettingException">An override has another form, names no setting, or a value out of range.</exception>
    public static GivenSettings Set(this GivenSettings given, params IEnumerable<string> overrides)
    {
        foreach (string text in overrides)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new SettingException(TrainingWords.Say("set.form", text));
            var (key, typed) = (text[..equals].Trim(), text[(equals + 1)..].Trim());
            var value = Value(typed);
            // A trigger word of digits is a word.
            bool isWord = value?.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False && TrainingOptions.Find(key)?.Values is OptionalTextValues;
            given = Overridden(given, key, isWord ? typed : value);
        }
        return given;
    }

    /// <summary>The settings as a file: each with its help; those that were not said as comments with their defaults.</summary>
    /// <param name="given">What was said.</param>
    /// <param name="culture">The language of the comments; null: the current one.</param>
    public static string Write(GivenSettings given, CultureInfo? culture = null)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(TrainingWords.Find("file.header", culture)).Append('\n');
        string section = "";
        foreach (var setting in TrainingOptions.All)
        {
            if (setting.Section != section)
            {
                section = setting.Section;
                text.Append("\n# ").Append(TrainingSetting.Heading(section, culture)).Append("\n[").Append(section).Append("]\n");
            }
            text.Append("\n# ").Append(setting.HelpText(culture)).Append('\n');
            if (setting.ToJson(given.Settings) is not { } value) text.Append("# ").Append(setting.Name).Append(" =\n");
            else text.Append(given.Has(setting) ? "" : "# ").Append(setting.Name).Append(" = ").Append(TomlText.Write(value)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A value as a person types it after <c>key=</c>; empty: none.</summary>
    internal static string Typed(JsonNode? value) => value is null ? "" : value is JsonValue single && single.TryGetValue(out string? text) ? text : TomlText.Write(value);

    /// <summary>The settings of a document by their keys: those of tables, and those without a section.</summary>
    private static IEnumerable<(string Key, JsonNode? Value)> Entries(SettingsDocument document, string file)
    {
        foreach (var (name, node) in document.Root)
        {
            if (TrainingOptions.Find(name) is { Section: "" }) yield return (name, node);
            else if (node is JsonObject table) foreach (var (key, value) in table) yield return ($"{name}.{key}", value);
            else if (TrainingOptions.All.Any(s => s.Section == name)) throw new SettingException(name, TrainingWords.Say("file.notTable", document.Place(file, name), name));
            else yield return (name, node);
        }
    }

    private static GivenSettings Overridden(GivenSettings given, string key, JsonNode? value)
    {
        if (TrainingOptions.Find(key) is { } setting) return given.With(setting, value);
        // One entry of a table: optimizer.args.weight_decay, adapter.rank_by_pattern..*mlp.*
        var table = TrainingOptions.All.FirstOrDefault(s => key.StartsWith(s.Key + ".", StringComparison.OrdinalIgnoreCase) && s.IsTable);
        if (table is null) throw new SettingException(key, TrainingWords.Say("file.unknownKey", "--set", key, Spelling.Nearest(key, TrainingOptions.All.Select(s => s.Key))));
        var entries = table.ToJson(given.Settings) as JsonObject ?? [];
        entries[key[(table.Key.Length + 1)..]] = value;
        return given.With(table, entries);
    }

    private static JsonNode? Value(string text)
    {
        if (text.Length == 0) return null;
        try
        {
            return TomlText.Read($"value = {text}", "--set").Root["value"]?.DeepClone();
        }
        catch (SettingException)
        {
            return JsonValue.Create(text); // a bare word or path
        }
    }
}
