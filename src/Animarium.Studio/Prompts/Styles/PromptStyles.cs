using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Datasets;
using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Prompts.Styles;

/// <summary>The person's styles: one JSON file, in the order in which they are shown.</summary>
/// <param name="path">The file <c>styles.json</c>; it need not exist.</param>
public sealed class PromptStyles(string path)
{
    private const int LargestFile = 16 << 20; // bytes
    private const int MostStyles = 10_000;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, IndentSize = 2, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock changing = new();

    /// <summary>All styles.</summary>
    /// <param name="problem">Is told settings that are not known any more; they are left out.</param>
    /// <exception cref="PromptFileException">The file cannot be read or is no list of styles.</exception>
    public IReadOnlyList<PromptStyle> Read(Action<SettingException>? problem = null)
    {
        if (!File.Exists(path)) return [];
        try
        {
            using var document = JsonDocument.Parse(Text(path));
            return [.. document.RootElement.EnumerateArray().Take(MostStyles).Select(style => new PromptStyle(Of(style, "name"), Of(style, "prompt"), Of(style, "negative"))
            {
                Settings = style.TryGetProperty("settings", out var settings) ? Settings.FromJson(settings, problem ?? (_ => { })) : Settings.Empty,
            })];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or SettingException)
        {
            throw new PromptFileException(Words.Say("styles.broken", path, e.Message), e);
        }

        static string Of(JsonElement style, string key) => style.TryGetProperty(key, out var value) ? value.GetString() ?? "" : "";
    }

    /// <summary>Keeps a style: in the place of the one of its name, or behind all. Others that were changed meanwhile stay.</summary>
    /// <exception cref="PromptFileException">It has no name, or the file cannot be read or written.</exception>
    public void Keep(PromptStyle style)
    {
        lock (changing)
        {
            var styles = Read().ToList();
            int at = styles.FindIndex(known => known.Name == style.Name);
            if (at < 0) styles.Add(style);
            else styles[at] = style;
            Write(styles);
        }
    }

    /// <summary>Deletes a style.</summary>
    /// <returns>False if there was none of this name.</returns>
    /// <exception cref="PromptFileException">The file cannot be read or written.</exception>
    public bool Remove(string name)
    {
        lock (changing)
        {
            var styles = Read();
            var left = styles.Where(known => known.Name != name).ToList();
            if (left.Count == styles.Count) return false;
            Write(left);
            return true;
        }
    }

    /// <summary>Writes all styles, whole or not at all.</summary>
    /// <exception cref="PromptFileException">Two have one name, or the file cannot be written.</exception>
    public void Write(IReadOnlyList<PromptStyle> styles)
    {
        if (styles.GroupBy(style => style.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1 || group.Key.Trim().Length == 0) is { } bad) throw new PromptFileException(Words.Say("styles.name", bad.Key));
        var json = new JsonArray([.. styles.Select(style =>
        {
            var entry = new JsonObject { ["name"] = style.Name, ["prompt"] = style.Prompt, ["negative"] = style.Negative };
            if (style.Settings.Given.Any()) entry["settings"] = style.Settings.ToJson();
            return (JsonNode)entry;
        })]);
        PromptFile.Write(path, json.ToJsonString(Readable) + "\n");
    }

    /// <summary>Styles of A1111's and Forge's <c>styles.csv</c>: name, prompt, negative prompt. Rows of headings (no text at all) are left out.</summary>
    /// <exception cref="PromptFileException">The file cannot be read or is no such table.</exception>
    public static IReadOnlyList<PromptStyle> Import(string csv)
    {
        var rows = CsvText.Read(Text(csv), multiline: true).Select(row => row.Fields).OfType<IReadOnlyList<string>>().ToList();
        if (rows.Count == 0 || rows[0][0].Trim() != "name") throw new PromptFileException(Words.Say("styles.csv", csv));
        int prompt = Column("prompt", "text"), negative = Column("negative_prompt");
        return [.. rows.Skip(1).Select(row => new PromptStyle(At(row, 0).Trim(), At(row, prompt), At(row, negative)))
            .Where(style => style.Name.Length > 0 && style.Prompt.Length + style.Negative.Length > 0).DistinctBy(style => style.Name).Take(MostStyles)];

        int Column(params string[] names) => rows[0].Select(name => name.Trim()).ToList().FindIndex(names.Contains);
        static string At(IReadOnlyList<string> row, int column) => column >= 0 && column < row.Count ? row[column] : "";
    }

    /// <summary>The styles as A1111's <c>styles.csv</c>; it has no place for settings.</summary>
    public static string Export(IEnumerable<PromptStyle> styles) => CsvText.Write("name", "prompt", "negative_prompt") + string.Concat(styles.Select(style => CsvText.Write(style.Name, style.Prompt, style.Negative)));

    private static string Text(string file)
    {
        try
        {
            if (new FileInfo(file).Length > LargestFile) throw new PromptFileException(Words.Say("tags.large", file, LargestFile >> 20));
            return CaptionFile.Decode(File.ReadAllBytes(file))?.Text ?? throw new PromptFileException(Words.Say("tags.notText", file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PromptFileException(Words.Say("library.file", file, e.Message), e);
        }
    }
}
