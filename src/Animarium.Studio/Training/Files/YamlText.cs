using System.Globalization;
using System.Text.Json.Nodes;
using Animarium.Studio.Training.Settings;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Animarium.Studio.Training.Files;

/// <summary>YAML, read as a stream of events: depth is bounded, and anchors, which let a small file mean a huge tree, are refused.</summary>
internal sealed class YamlText
{
    private readonly string file;
    private readonly DocumentBuilder builder;
    private readonly Stack<Place> open = new();

    private YamlText(string file) => (this.file, builder) = (file, new DocumentBuilder(file) { LastWins = true });

    /// <summary>What the next node of an open mapping or sequence is.</summary>
    private enum Place
    {
        Key,
        Value,
        Item,
    }

    /// <summary>Reads the first document of a file.</summary>
    /// <exception cref="Generation.SettingException">It is no YAML, no table, or uses anchors; the message names the line.</exception>
    public static SettingsDocument Read(string text, string file)
    {
        var yaml = new YamlText(file);
        try
        {
            var parser = new Parser(new Scanner(new StringReader(text.TrimStart('\uFEFF')), skipComments: true));
            while (parser.MoveNext() && parser.Current is not DocumentEnd) yaml.Take(parser.Current!, (int)parser.Current!.Start.Line);
        }
        catch (YamlException e)
        {
            throw SettingsDocument.Broken(file, (int)e.Start.Line, e.Message);
        }
        return yaml.builder.Document();
    }

    private void Take(ParsingEvent node, int line)
    {
        switch (node)
        {
            case AnchorAlias or NodeEvent { Anchor.IsEmpty: false }: throw Broken(line, "file.aliases");
            case MappingEnd or SequenceEnd:
                builder.Close();
                open.Pop();
                break;
            case MappingStart:
                Next(isKey: false, line);
                builder.Open(new JsonObject());
                open.Push(Place.Key);
                break;
            case SequenceStart or Scalar when open.Count == 0: throw Broken(line, "file.noTable");
            case SequenceStart:
                Next(isKey: false, line);
                builder.Open(new JsonArray());
                open.Push(Place.Item);
                break;
            case Scalar key when open.Peek() == Place.Key:
                Next(isKey: true, line);
                builder.Key(key.Value, line);
                break;
            case Scalar scalar:
                Next(isKey: false, line);
                builder.Value(Plain(scalar));
                break;
        }
    }

    /// <summary>Moves on from the place of a node to the next one.</summary>
    private void Next(bool isKey, int line)
    {
        if (!open.TryPop(out var place)) return;
        if (place == Place.Key && !isKey) throw Broken(line, "file.yamlKey");
        open.Push(place switch { Place.Key => Place.Value, Place.Value => Place.Key, _ => Place.Item });
    }

    /// <summary>The value of a scalar by YAML's core schema; what stands in quotes is a text.</summary>
    private static JsonValue? Plain(Scalar scalar)
    {
        string text = scalar.Value;
        if (scalar.Style is not ScalarStyle.Plain) return JsonValue.Create(text);
        if (text is "" or "~" or "null" or "Null" or "NULL") return null;
        if (text is "true" or "True" or "TRUE") return JsonValue.Create(true);
        if (text is "false" or "False" or "FALSE") return JsonValue.Create(false);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) return JsonValue.Create(whole);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(text);
    }

    private Generation.SettingException Broken(int line, string reason) => SettingsDocument.Broken(file, line, TrainingWords.Find(reason, null));
}
