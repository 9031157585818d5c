using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Animarium.Diffusion;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Files;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Animarium.Studio.Preferences;

/// <summary>The text of <c>settings.toml</c>: written whole once, read, and changed in one place without touching the rest.</summary>
public static partial class PreferencesText
{
    /// <summary>A new file: every setting explained, its default as a comment.</summary>
    /// <param name="culture">The language of the explanations; null: the current one.</param>
    public static string Create(CultureInfo? culture = null)
    {
        var text = new StringBuilder();
        foreach (string line in PreferenceTexts.Find("header", culture).Split('\n')) text.Append("# ").Append(line.Trim()).Append('\n');
        foreach (var section in StudioOptions.All.GroupBy(setting => setting.Section))
        {
            text.Append("\n# ").Append(StudioSetting.Heading(section.Key, culture)).Append("\n[").Append(section.Key).Append("]\n");
            foreach (var setting in section)
            {
                text.Append("\n# ").Append(setting.HelpText(culture)).Append('\n');
                text.Append("# ").Append(setting.Name).Append(" = ").Append(Default(setting)).Append('\n');
            }
        }
        return text.ToString();
    }

    /// <summary>Reads the file over the defaults.</summary>
    /// <param name="text">TOML.</param>
    /// <param name="file">Its name for messages.</param>
    /// <exception cref="SettingException">It is no TOML, or names a setting that does not exist or a value out of range; the message names file, line and key.</exception>
    public static StudioSettings Read(string text, string file)
    {
        var document = TomlText.Read(text, file);
        var settings = new StudioSettings();
        foreach (var (section, node) in document.Root)
        {
            if (node is not JsonObject table || StudioOptions.All.All(setting => setting.Section != section)) throw Unknown(section, document.Place(file, section));
            foreach (var (name, value) in table)
            {
                string key = $"{section}.{name}";
                var setting = StudioOptions.Find(key) ?? throw Unknown(key, document.Place(file, key));
                try
                {
                    settings = setting.With(settings, value);
                }
                catch (SettingException e)
                {
                    throw new SettingException(key, PreferenceTexts.Say("file.value", document.Place(file, key), e.Message), e);
                }
            }
        }
        return settings;
    }

    /// <summary>The same text with one value changed: comments, order and everything else stay as they are.</summary>
    /// <param name="text">A text that <see cref="Read"/> takes.</param>
    /// <param name="setting">Which.</param>
    /// <param name="value">Its value; null: the default again, which the line then names as a comment.</param>
    /// <exception cref="SettingException">The section is written in a way that cannot be added to.</exception>
    internal static string Change(string text, StudioSetting setting, JsonNode? value)
    {
        var document = SyntaxParser.Parse(text, "settings.toml");
        string line = $"{setting.Name} = {(value is null ? "" : TomlText.Write(value))}";
        if (Pair(document, setting) is { } pair)
        {
            var (start, end) = (pair.Value!.Span.Start.Offset, pair.Value.Span.End.Offset + 1);
            if (value is not null) return text[..start] + TomlText.Write(value) + text[end..];
            int begin = pair.Key!.Span.Start.Offset;
            return text[begin..end].Contains('\n', StringComparison.Ordinal) || pair.Parent?.Parent is InlineTableSyntax or InlineTableItemSyntax ? throw Unreachable(setting) : text[..begin] + "# " + text[begin..start] + Default(setting) + text[end..];
        }
        if (value is null) return text;
        string newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var table = document.Tables.FirstOrDefault(table => table is TableSyntax && Path(table.Name!).SequenceEqual([setting.Section]));
        if (table is null)
        {
            if (document.KeyValues.Any(pair => Path(pair.Key!)[0] == setting.Section)) throw Unreachable(setting);
            return text + (text.Length == 0 || text.EndsWith('\n') ? "" : newline) + $"{newline}[{setting.Section}]{newline}{line}{newline}";
        }
        int from = table.CloseBracket!.Span.End.Offset + 1, until = document.Tables.Select(next => next.OpenBracket!.Span.Start.Offset).Where(offset => offset > from).DefaultIfEmpty(text.Length).Min();
        // The commented default makes room for it, as long as it is a comment and not a line of a long text.
        if (Commented(setting).Match(text, from, until - from) is { Success: true } comment && !Within(table, comment.Index))
            return text[..comment.Index] + line + text[(comment.Index + comment.Length)..];
        int place = text.IndexOf('\n', from);
        return place < 0 ? text + newline + line + newline : text[..(place + 1)] + line + newline + text[(place + 1)..];
    }

    private static string Default(StudioSetting setting) => TomlText.Write(setting.Example ?? JsonValue.Create(""));

    private static Regex Commented(StudioSetting setting) => new($@"(?m)^[ \t]*#[ \t]*{Regex.Escape(setting.Name)}[ \t]*=[^\r\n]*", RegexOptions.CultureInvariant);

    private static bool Within(TableSyntaxBase table, int offset) => table.Items.Any(pair => pair.Value!.Span.Start.Offset <= offset && offset <= pair.Value.Span.End.Offset);

    /// <summary>The place of a setting, also where it is written with dots or in an inline table.</summary>
    private static KeyValueSyntax? Pair(DocumentSyntax document, StudioSetting setting)
    {
        var all = document.KeyValues.Select(pair => (Above: Array.Empty<string>(), Pair: pair))
            .Concat(document.Tables.SelectMany(table => table.Items.Select(pair => (Above: Path(table.Name!), Pair: pair))));
        foreach (var (above, pair) in all)
        {
            string[] path = [.. above, .. Path(pair.Key!)];
            if (path is [var section, var name] && section == setting.Section && name == setting.Name) return pair;
            if (path is [var only] && only == setting.Section && pair.Value is InlineTableSyntax inline
                && inline.Items.Select(item => item.KeyValue!).FirstOrDefault(inner => Path(inner.Key!) is [var key] && key == setting.Name) is { } found) return found;
        }
        return null;
    }

    private static string[] Path(KeySyntax key) => [Name(key.Key!), .. key.DotKeys.Select(dot => Name(dot.Key!))];

    private static string Name(BareKeyOrStringValueSyntax key) => key switch
    {
        BareKeySyntax bare => bare.Key!.Text!,
        StringValueSyntax quoted => quoted.Value!,
        _ => key.ToString()!.Trim(),
    };

    private static SettingException Unknown(string key, string place) =>
        new(key, PreferenceTexts.Say("file.unknown", place, key, Spelling.Nearest(key, StudioOptions.All.Select(setting => setting.Key))));

    private static SettingException Unreachable(StudioSetting setting) => new(setting.Key, PreferenceTexts.Say("file.unreachable", setting.Key, setting.Section));
}
