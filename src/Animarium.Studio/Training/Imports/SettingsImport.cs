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
    /// <summary>Reads a file, and the files it names (a command's <c>--config_file</c>, a dataset file), which may lie beside it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SettingException">It cannot be read, is none that is understood, or a value is wrong; the message names file, line and key.</exception>
    public static ImportReport ReadFile(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return WithDatasets(Read(SettingsText.ReadFile(path), path, [], Named), Named);

        SettingsDocument? Named(string file) => new[] { file, Path.Combine(folder, file) }.FirstOrDefault(File.Exists) is { } found ? TomlText.Read(SettingsText.ReadFile(found), found) : null;
    }

    /// <summary>With the datasets of the dataset file that settings name; a refusal of that file is one of the whole.</summary>
    private static ImportReport WithDatasets(ImportReport report, Func<string, SettingsDocument?> named)
    {
        if (report is not { Datasets: null, Settings.Dataset.ConfigFile: { } file }) return report;
        if (named(file) is not { } document) return report with { Warnings = [.. report.Warnings, new Notice("dataset-file", TrainingWords.Say("import.noDatasetFile", file))] };
        var datasets = KohyaDataset.Read(document, file, KohyaArguments.OfDataset(report.Settings));
        return datasets.Ok
            ? report with { Datasets = datasets.Datasets, NotImported = [.. report.NotImported, .. datasets.NotImported] }
            : report with { Code = datasets.Code, Message = datasets.Message, Unknown = datasets.Unknown, Settings = null, Said = null };
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
        if (extension == ".toml") return OfToml(TomlText.Read(text, file), file, commandLine);
        if (LooksLikeCommand(start)) return KohyaCommand.Read(text, file, configFile);
        return Toml(text, file) is { Root.Count: > 0 } document ? OfToml(document, file, commandLine) : throw new SettingException(TrainingWords.Say("file.unrecognised", file));
    }

    /// <summary>The text as TOML; null if it is none.</summary>
    private static SettingsDocument? Toml(string text, string file)
    {
        try
        {
            return TomlText.Read(text, file);
        }
        catch (SettingException)
        {
            return null;
        }
    }

    private static ImportReport OfToml(SettingsDocument document, string file, IReadOnlyList<string> commandLine)
    {
        var stray = new List<string>();
        var beside = KohyaCommand.Options(commandLine, stray);
        var root = document.Root;
        if (KohyaDataset.Recognises(root)) return KohyaDataset.Read(document, file, beside);
        if (DiffusionPipeReader.Recognises(root)) return DiffusionPipeReader.Read(root, file);
        // Some names are ours and sd-scripts' (seed, keep_tokens): the majority decides.
        int ours = TrainingFile.Known(root);
        if (KohyaToml.Known(root) > ours)
        {
            var report = KohyaToml.Read(document, file, beside);
            return report with { Warnings = [.. report.Warnings, .. KohyaCommand.Stray(stray)] };
        }
        if (ours == 0 && root.Count > 0 && !root.Any(pair => TrainingOptions.All.Any(setting => setting.Section == pair.Key))) throw new SettingException(TrainingWords.Say("file.unrecognised", file));
        var given = TrainingFile.Read(document, file);
        return new ImportReport { Kind = SettingsKind.Animarium, Said = given, Settings = given.Settings, Given = [.. given.Keys.Order(StringComparer.Ordinal)] };
    }

    private static ImportReport OfJson(JsonObject root, string file) =>
        KohyaSsReader.Recognises(root) ? KohyaSsReader.Read(root, file) :
        OneTrainerReader.Recognises(root) ? OneTrainerReader.Read(root, file) :
        AiToolkitReader.Recognises(root) ? AiToolkitReader.Read(root, file) : throw new SettingException(TrainingWords.Say("file.unrecognised", file));

    private static bool LooksLikeCommand(string text) => text.Contains(".py", StringComparison.OrdinalIgnoreCase) && text.Contains("--", StringComparison.Ordinal);
}
