using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Imports.Kohya;
using Animarium.Studio.Training.Imports.Xmlora;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports;

/// <summary>A file for another program.</summary>
/// <param name="Text">The file's text, to be written as UTF-8.</param>
/// <param name="Lost">The <see cref="TrainingSetting.Key"/>s of settings that act and that the other program has no form for.</param>
public sealed record SettingsExportResult(string Text, IReadOnlyList<string> Lost);

/// <summary>Writes our settings for other programs.</summary>
public static class SettingsExport
{
    /// <summary>
    /// A preset of kohya_lora_param_gui. What has no field of its own goes into its free arguments; the result is read back, so that what is
    /// reported lost is what reading it would not give again.
    /// </summary>
    /// <param name="settings">An adapter's; the program cannot train a model itself.</param>
    /// <exception cref="SettingException">The model itself is trained.</exception>
    public static SettingsExportResult Xmlora(TrainingSettings settings)
    {
        if (settings.IsFullFineTuning) throw new SettingException("adapter.type", TrainingWords.Find("export.full", null));
        var fields = XmloraWriter.Fields(settings);
        foreach (var setting in Different(settings, fields).ToList())
        {
            string? option = KohyaOptions.NameOf(setting.Key);
            if (option is not null && Argument(option, setting.ToJson(settings)!) is { } argument) fields["AdditionalArgs"] = $"{fields["AdditionalArgs"]} {argument}".Trim();
        }
        return new(Text(fields), [.. Different(settings, fields).Where(setting => setting.Idle(settings) is null).Select(setting => setting.Key)]);
    }

    /// <summary>The settings that have a value, and another one when the fields are read.</summary>
    private static IEnumerable<TrainingSetting> Different(TrainingSettings settings, XmloraFile fields)
    {
        var read = XmloraReader.Read(Text(fields), "").Settings!;
        return TrainingOptions.All.Where(setting => setting.ToJson(settings) is { } value && !JsonNode.DeepEquals(value, setting.ToJson(read)));
    }

    private static string? Argument(string option, JsonNode value) => value switch
    {
        JsonArray sides => $"--{option} \"{string.Join(',', sides.Select(side => side!.ToString()))}\"",
        JsonValue flag when flag.TryGetValue(out bool on) => on ? $"--{option}" : null,
        _ => $"--{option} \"{value.ToString().Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
    };

    private static string Text(XmloraFile fields)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n", CheckCharacters = false }))
        {
            xml.WriteStartElement(XmloraFile.Root);
            foreach (var (field, value) in fields.Given) xml.WriteElementString(field, new string([.. value.Where(XmlConvert.IsXmlChar)]));
            xml.WriteEndElement();
        }
        return text.Append('\n').ToString();
    }
}
