using Animarium.Studio.Datasets;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports;

/// <summary>What kind of file of settings it is.</summary>
public enum SettingsKind
{
    /// <summary>Our own.</summary>
    Animarium,

    /// <summary>sd-scripts' training TOML (<c>--config_file</c>).</summary>
    KohyaTraining,

    /// <summary>sd-scripts' dataset TOML (<c>--dataset_config</c>).</summary>
    KohyaDataset,

    /// <summary>A pasted command that starts sd-scripts.</summary>
    Command,

    /// <summary>A preset of kohya_lora_param_gui.</summary>
    Xmlora,

    /// <summary>A configuration of the kohya_ss GUI.</summary>
    KohyaSs,

    /// <summary>A configuration of OneTrainer.</summary>
    OneTrainer,

    /// <summary>A job of ai-toolkit.</summary>
    AiToolkit,

    /// <summary>A configuration of diffusion-pipe.</summary>
    DiffusionPipe,
}

/// <summary>A setting that the file gives and that changes nothing.</summary>
/// <param name="Key">As the file's program names it.</param>
/// <param name="Value">As JSON.</param>
/// <param name="Reason">One sentence.</param>
public sealed record IneffectiveSetting(string Key, string Value, string Reason);

/// <summary>What was read from a file of settings, and what was not.</summary>
public sealed record ImportReport
{
    /// <summary>What kind of file it is.</summary>
    public required SettingsKind Kind { get; init; }

    /// <summary>Why it was refused (<c>wrong_base</c>, <c>unknown_key</c>, <c>wrong_type</c>, <c>mixed_subsets</c>, <c>missing_key</c>); null: it was read.</summary>
    public string? Code { get; init; }

    /// <summary>The refusal in words; null: it was read.</summary>
    public string? Message { get; init; }

    /// <summary>Whether it was read.</summary>
    public bool Ok => Code is null;

    /// <summary>The settings, with the file's program's defaults where the file says nothing; null for a dataset file and where it was refused.</summary>
    public TrainingSettings? Settings { get; init; }

    /// <summary>What a file of ours says and nothing else, so that presets may say the rest; null for every other kind, whose <see cref="Settings"/> are complete.</summary>
    public GivenSettings? Said { get; init; }

    /// <summary>The datasets of a dataset file, or those that another file describes; null: none.</summary>
    public IReadOnlyList<DatasetSettings>? Datasets { get; init; }

    /// <summary>Keys that the file gives and its program knows, in order of the alphabet.</summary>
    public IReadOnlyList<string> Given { get; init; } = [];

    /// <summary>Keys that the file's own program does not know; of a refused dataset file, the paths of the keys it was refused for.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Keys that change nothing.</summary>
    public IReadOnlyList<IneffectiveSetting> Ineffective { get; init; } = [];

    /// <summary>Keys about the machine alone: they are not taken over.</summary>
    public IReadOnlyList<string> MachineOnly { get; init; } = [];

    /// <summary>Keys that have no counterpart here.</summary>
    public IReadOnlyList<string> NotImported { get; init; } = [];

    /// <summary>Fields that the file's own program stores but does not use for Anima.</summary>
    public IReadOnlyList<string> IgnoredBySource { get; init; } = [];

    /// <summary>What would not work in the file's own program, or is seldom meant.</summary>
    public IReadOnlyList<Notice> Warnings { get; init; } = [];

    /// <summary>What is done in another way here.</summary>
    public IReadOnlyList<Notice> Changed { get; init; } = [];

    /// <summary>The script that a command starts; null: no command.</summary>
    public string? Script { get; init; }

    /// <summary>Whose quoting a command has (<c>bash</c>, <c>cmd</c>); null: no command.</summary>
    public string? Shell { get; init; }

    /// <summary>The model family that the file is for, in its own words (<c>Anima</c>, <c>XL</c>, …); null: it does not say.</summary>
    public string? Architecture { get; init; }

    /// <summary>A file for another model.</summary>
    internal static ImportReport WrongBase(SettingsKind kind, string file, string model, string? architecture = null) =>
        new() { Kind = kind, Code = "wrong_base", Message = TrainingWords.Say("import.wrongBase", file, model), Architecture = architecture };
}
