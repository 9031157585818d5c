using System.Text.Json.Nodes;
using Animarium.Studio.Training.Files;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>sd-scripts' training TOML. Names of sections mean nothing to sd-scripts: one level is taken away, and of equal keys the last counts.</summary>
internal static class KohyaToml
{
    /// <summary>Reads a file and the options given beside it.</summary>
    /// <param name="document">The TOML.</param>
    /// <param name="file">Its name for messages.</param>
    /// <param name="commandLine">Options that win over the file; null: none.</param>
    /// <param name="fullFineTuning">Whether <c>anima_train.py</c> reads it; null: unknown.</param>
    public static ImportReport Read(SettingsDocument document, string file, KohyaArguments? commandLine = null, bool? fullFineTuning = null)
    {
        var (arguments, paths) = Flattened(document.Root);
        if (commandLine is not null) arguments.Add(commandLine);
        if (OtherModel(arguments) is { } model) return ImportReport.WrongBase(SettingsKind.KohyaTraining, file, model);
        return KohyaReader.Read(arguments, SettingsKind.KohyaTraining, file, fullFineTuning, name => document.Place(file, paths.GetValueOrDefault(name, name)));
    }

    /// <summary>How many of its keys are options of sd-scripts.</summary>
    public static int Known(JsonObject root) => Flattened(root).Arguments.Names.Count(name => KohyaOptions.Find(name) is not null);

    private static (KohyaArguments Arguments, Dictionary<string, string> Paths) Flattened(JsonObject root)
    {
        var (arguments, paths) = (new KohyaArguments(), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var (name, value) in root)
        {
            if (value is JsonObject section) foreach (var (inner, of) in section) (arguments[inner], paths[inner]) = (of?.DeepClone(), $"{name}.{inner}");
            else (arguments[name], paths[name]) = (value?.DeepClone(), name);
        }
        return (arguments, paths);
    }

    /// <summary>Files that only other trainers of sd-scripts want.</summary>
    private static string? OtherModel(KohyaArguments arguments) =>
        arguments.Has("qwen3") ? null :
        arguments.Has("clip_g") ? "Stable Diffusion 3" :
        arguments.Has("clip_l") || arguments.Has("t5xxl") ? "FLUX" :
        arguments.Has("gemma2") ? "Lumina" : null;
}
