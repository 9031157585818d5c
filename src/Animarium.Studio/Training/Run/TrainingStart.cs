using Animarium.Studio.Datasets;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Imports;
using Animarium.Studio.Training.Presets;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Run;

/// <summary>What a person says beside a folder or a file.</summary>
/// <param name="Goal">The name of a preset; null: by what the folder looks like.</param>
/// <param name="Trigger">The word that stands for what is learned; null: none.</param>
/// <param name="Overrides"><c>key=value</c>, over everything else.</param>
public sealed record TrainingWish(string? Goal, string? Trigger, IReadOnlyList<string> Overrides);

/// <summary>From a folder of pictures, a file of settings of any program, or an earlier run to a plan, with a word on everything that was decided on the way.</summary>
/// <param name="Plan">What will be trained.</param>
/// <param name="Notices">What was picked, read, changed or left out.</param>
public sealed record TrainingStart(TrainingPlan Plan, IReadOnlyList<Notice> Notices)
{
    /// <summary>What <see cref="TrainingWish.Goal"/> may be.</summary>
    public static IEnumerable<string> Goals => TrainingPreset.All.Select(preset => preset.Name);

    /// <summary>A new run.</summary>
    /// <param name="source">A folder with pictures, or a file of settings.</param>
    /// <param name="wish">What else was said.</param>
    /// <param name="library">Models.</param>
    /// <param name="cancel">Ends the reading of the pictures early.</param>
    /// <exception cref="SettingException">A file or setting is wrong; the message says which.</exception>
    /// <exception cref="ModelException">A model is missing or does not fit.</exception>
    /// <exception cref="DatasetException">There are no pictures, or some cannot be trained on.</exception>
    public static TrainingStart Of(string source, TrainingWish wish, ModelCatalog library, CancellationToken cancel = default)
    {
        var notices = new List<Notice>();
        var said = GivenSettings.None.Set(wish.Overrides);
        if (wish.Trigger is { } trigger) said = said.Set("dataset.trigger=" + trigger);
        IReadOnlyList<DatasetSettings>? datasets = null;
        if (Directory.Exists(source)) said = OfFolder(source, wish.Goal, said, notices);
        else
        {
            var report = SettingsImport.ReadFile(source);
            if (!report.Ok) throw new SettingException(report.Message!);
            notices.AddRange(Told(report, source));
            datasets = report.Datasets;
            said = GivenSettings.Of(said.Over(report.Settings ?? new TrainingSettings()));
        }
        var plan = TrainingPlan.Make(said, library, Random.Shared, datasets, cancel);
        return new(Directory.Exists(source) ? plan.WithSamples() : plan, notices);
    }

    /// <summary>An earlier run, to go on where it stopped.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="overrides"><c>key=value</c>, over its settings.</param>
    /// <param name="library">Models.</param>
    /// <param name="cancel">Ends the reading of the pictures early.</param>
    /// <exception cref="SettingException">The folder is no run, or a setting is wrong.</exception>
    public static TrainingStart Resume(string folder, IReadOnlyList<string> overrides, ModelCatalog library, CancellationToken cancel = default)
    {
        var (run, saved) = Saved(folder);
        if (!File.Exists(run.State)) throw new SettingException("resume", Words.Say("train.no-run", folder));
        var said = GivenSettings.Of(GivenSettings.None.Set(overrides).Over(saved));
        var notices = TrainingOptions.All.Where(setting => setting.Key != "output.directory" && setting.ToJson(saved)?.ToJsonString() != setting.ToJson(said.Settings)?.ToJsonString())
            .Select(setting => Notice.Of("train.changed", setting.Key, setting.ToJson(saved)?.ToJsonString() ?? "–", setting.ToJson(said.Settings)?.ToJsonString() ?? "–")).ToList();
        return new(TrainingPlan.Make(said, library, Random.Shared, DatasetsOf(saved), cancel), notices);
    }

    /// <summary>An earlier run as it was, to look at what it made.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="library">Models.</param>
    /// <param name="cancel">Ends the reading of the pictures early.</param>
    /// <exception cref="SettingException">The folder is no run.</exception>
    /// <exception cref="ModelException">The model is not there any more.</exception>
    /// <exception cref="DatasetException">The pictures are not there any more.</exception>
    public static TrainingPlan Reopen(string folder, ModelCatalog library, CancellationToken cancel = default)
    {
        var saved = Saved(folder).Settings;
        return TrainingPlan.Make(GivenSettings.Of(saved), library, Random.Shared, DatasetsOf(saved), cancel);
    }

    /// <summary>The settings in a run's folder, wherever that lies now.</summary>
    private static (RunFolder Run, TrainingSettings Settings) Saved(string folder)
    {
        var run = new RunFolder(Path.GetFullPath(folder), "");
        if (!File.Exists(run.Settings)) throw new SettingException("run", Words.Say("train.no-settings", folder));
        var saved = SettingsImport.ReadFile(run.Settings).Settings!;
        return (run, saved with { Output = saved.Output with { Directory = run.Path } });
    }

    private static IReadOnlyList<DatasetSettings>? DatasetsOf(TrainingSettings settings) => settings.Dataset.ConfigFile is { } config ? SettingsImport.ReadFile(config).Datasets : null;

    /// <summary>The settings of a preset for a folder; what was said goes over it.</summary>
    private static GivenSettings OfFolder(string folder, string? goal, GivenSettings said, List<Notice> notices)
    {
        var facts = Facts(folder);
        var choice = goal is null ? PresetChoice.For(facts) : PresetChoice.Said(TrainingPreset.Find(goal)!);
        notices.Add(new("preset", Words.Say("train.preset", choice.Preset.Name, choice.Reason)));
        var settings = choice.Preset.Apply(new TrainingSettings(), facts.Pictures);
        settings = settings with { Dataset = settings.Dataset with { TrainFolder = folder } };
        return GivenSettings.Of(said.Over(settings));
    }

    private static PictureSetFacts Facts(string folder)
    {
        var subsets = TrainingFolder.Read(folder).Subsets;
        var captions = Dataset.Open([new() { Subsets = subsets, NoUpscale = true, BucketStep = 16 }], new() { SkipUnreadable = true }).Pictures.Select(picture => picture.Found.Caption);
        return new(captions, subsets.Where(subset => subset.ClassTokens is not null).Select(subset => subset.ClassTokens!));
    }

    private static IEnumerable<Notice> Told(ImportReport report, string source)
    {
        if (report.Kind != SettingsKind.Animarium) yield return Notice.Of("train.imported", source, report.Kind, report.Given.Count);
        if (report.Unknown.Count > 0) yield return Notice.Of("train.unknown", string.Join(", ", report.Unknown));
        if (report.NotImported.Count > 0) yield return Notice.Of("train.not-imported", string.Join(", ", report.NotImported));
        if (report.MachineOnly.Count > 0) yield return Notice.Of("train.machine", string.Join(", ", report.MachineOnly));
        foreach (var setting in report.Ineffective) yield return new("ineffective", $"{setting.Key} = {setting.Value}: {setting.Reason}");
        foreach (var notice in report.Changed.Concat(report.Warnings)) yield return notice;
    }
}
