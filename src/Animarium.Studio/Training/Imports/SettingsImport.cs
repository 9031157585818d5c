using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Diffusion;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Files;
using Animarium.Studio.Training.Imports.Kohya;
using Animarium.Studio.Training.Imports.Others;
using Animarium.Studio.Training.Imports.Xmlora;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports;

/// <summary>Reads files of settings of any program that is understood: it finds out what a file is.</summary>
public static class SettingsImport
{
    /// <summary>Reads a file; a command's <c>--config_file</c> is looked for beside it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SettingException">It cannot be read, is none that is understood, or a value is wrong; the message names file, line and key.</exception>
    public static ImportReport ReadFile(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Read(SettingsText.ReadFile(path), path, [], config => Path.Combine(folder, config) is var beside && File.Exists(beside) ? TomlText.Read(SettingsText.ReadFile(beside), beside) : null);
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name, for messages; the extension is one hint of several.</param>
    /// <param name="commandLine">Options of sd-scripts given beside a TOML of it.</param>
    /// <exception cref="SettingException">It is none that is understood, or a value is wrong; the message names file, line and key.</exception>
    public static ImportReport Read(string text, string file, params IReadOnlyList<string> commandLine) => Read(text, file, commandLine, configFile: null);

    private static ImportReport Read(string text, string file, IReadOnlyList<string> commandLine, Func<string, SettingsDocument?>? configFile)
    {
        string start = text.TrimStart('\uFEFF').TrimStart();
        string extension = Path.GetExtension(file).ToLowerInvariant();
        if (start.StartsWith('<')) return XmloraReader.Read(text, file);
        if (start.StartsWith('{')) return OfJson(JsonText.Read(text, file).Root, file);
        if (extension is ".yaml" or ".yml") return AiToolkitReader.Read(YamlText.Read(text, file).Root, file);
        if (extension != ".toml" && LooksLikeCommand(start)) return KohyaCommand.Read(text, file, configFile);
        return OfToml(TomlText.Read(text, file), text, file, commandLine);
    }

    private static ImportReport OfToml(SettingsDocument document, string text, string file, IReadOnlyList<string> commandLine)
    {
        var stray = new List<string>();
        var beside = KohyaCommand.Options(commandLine, stray);
        var root = document.Root;
        if (KohyaDataset.Recognises(root)) return KohyaDataset.Read(document, file, beside);
        if (DiffusionPipeReader.Recognises(root)) return DiffusionPipeReader.Read(root, file);
        bool ours = root.Any(pair => pair.Value is JsonObject && TrainingOptions.All.Any(setting => setting.Section == pair.Key) || TrainingOptions.Find(pair.Key) is not null);
        // The seed is a setting of ours and of kohya's: other keys decide.
        if (KohyaToml.Recognises(root) && !(ours && root.Any(pair => pair.Value is JsonObject section && section.Any(inner => TrainingOptions.Find($"{pair.Key}.{inner.Key}") is not null))))
            return KohyaToml.Read(document, file, beside);
        if (!ours && root.Count > 0 && !root.Any(pair => pair.Value is JsonObject)) throw new SettingException(TrainingWords.Say("file.unrecognised", file));
        var given = TrainingFile.Read(text, file);
        return new ImportReport { Kind = SettingsKind.Animarium, Settings = given.Settings, Given = [.. given.Keys.Order(StringComparer.Ordinal)] };
    }

    private static ImportReport OfJson(JsonObject root, string file) =>
        KohyaSsReader.Recognises(root) ? KohyaSsReader.Read(root, file) :
        OneTrainerReader.Recognises(root) ? OneTrainerReader.Read(root, file) :
        AiToolkitReader.Recognises(root) ? AiToolkitReader.Read(root, file) : throw new SettingException(TrainingWords.Say("file.unrecognised", file));

    private static bool LooksLikeCommand(string text) => text.Contains(".py", StringComparison.OrdinalIgnoreCase) && text.Contains("--", StringComparison.Ordinal);
}
