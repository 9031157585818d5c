using System.Globalization;
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
public sealed record TrainingWish(string? Goal, string? Trigger, IReadOnlyList<string> Overrides)
{
    /// <summary>The folder in which the run gets a folder of its own, where the settings name none.</summary>
    public string Runs { get; init; } = "runs";
}

/// <summary>From a folder of pictures, a file of settings of any program, or an earlier run to a plan, with a word on everything that was decided on the way.</summary>
public static class TrainingStart
{
    private const int LittleSide = 768; // pixels: what little memory holds

    /// <summary>
    /// Of the model itself, where nobody says one. AdamW moves a weight by up to the rate in each step, whatever the gradient: at an adapter's 1e-4, a hundred steps may move the weights of a layer
    /// of 2,048 columns, which are about 0.02, by half of what they are. An adapter's change is a product of two small factors and grows more slowly.
    /// </summary>
    private const double FullRate = 1e-5;

    /// <summary>What <see cref="TrainingWish.Goal"/> may be.</summary>
    public static IEnumerable<string> Goals => TrainingPreset.All.Select(preset => preset.Name);

    /// <summary>A new run.</summary>
    /// <param name="source">A folder with pictures, or a file of settings.</param>
    /// <param name="wish">What else was said.</param>
    /// <param name="library">Models.</param>
    /// <param name="tell">Gets what was picked, read, changed or left out, also if it fails later.</param>
    /// <param name="cancel">Ends the reading of the pictures early.</param>
    /// <exception cref="SettingException">A file or setting is wrong; the message says which.</exception>
    /// <exception cref="ModelException">A model is missing or does not fit.</exception>
    /// <exception cref="DatasetException">There are no pictures, or some cannot be trained on.</exception>
    public static TrainingPlan Of(string source, TrainingWish wish, ModelCatalog library, Action<Notice> tell, CancellationToken cancel = default)
    {
        var said = GivenSettings.None.Set(wish.Overrides);
        if (wish.Trigger is { } trigger) said = said.Set("dataset.trigger=" + trigger);
        if (Directory.Exists(source))
        {
            var folder = said.Settings with { Dataset = said.Settings.Dataset with { TrainFolder = source } };
            // Pictures are drawn at every checkpoint, which is known when the plan is made.
            var suggested = Suggested(folder, Facts(source), wish.Goal, library, tell) with { Sampling = new() { EverySteps = 1, AtFirst = true } };
            var plan = Make(Rated(said.CompletedBy(suggested)), null);
            return said.Keys.Any(key => key.StartsWith("sampling.every", StringComparison.Ordinal)) ? plan : plan.WithSamples();
        }

        if (!File.Exists(source)) throw new SettingException(Words.Say("train.no-source", source));
        var report = SettingsImport.ReadFile(source);
        if (!report.Ok) throw new SettingException(report.Message!);
        foreach (var notice in Told(report, source)) tell(notice);
        bool complete = report.Said is null || report.Said.Settings.Steps is not { MaxSteps: null, Epochs: null, ImagesSeen: null };
        if (complete && wish.Goal is not null && wish.Goal != TrainingPreset.LowVram.Name) tell(Notice.Of("train.goal-idle", wish.Goal, source));
        // The files of other programs bring the defaults of their program; in our own what is not said is suggested.
        if (report.Said is not { } own)
        {
            var imported = report.Settings ?? new TrainingSettings();
            return Make(said.CompletedBy(imported with { Model = Here(imported.Model, library, tell) }), report.Datasets);
        }
        said = GivenSettings.Of(said.Over(own.Settings));
        // A file that says how long the training is says all that it wants to say.
        if (own.Settings.Steps is not { MaxSteps: null, Epochs: null, ImagesSeen: null }) return Make(Rated(said), report.Datasets);
        var facts = report.Datasets is { } datasets ? Facts(datasets) : said.Settings.Dataset.TrainFolder is { } pictures ? Facts(pictures) : throw new SettingException("dataset.train_folder", Words.Say("train.folder"));
        return Make(Rated(said.CompletedBy(Suggested(said.Settings, facts, wish.Goal, library, tell))), report.Datasets);

        GivenSettings Rated(GivenSettings given)
        {
            if (!given.Settings.IsFullFineTuning || given.Keys.Contains("optimizer.learning_rate")) return given;
            tell(Notice.Of("train.full-rate", FullRate));
            return given.Set(string.Create(CultureInfo.InvariantCulture, $"optimizer.learning_rate={FullRate}"));
        }

        TrainingPlan Make(GivenSettings given, IReadOnlyList<DatasetSettings>? sets)
        {
            var made = TrainingPlan.Make(given, library, Random.Shared, sets, wish.Runs, cancel);
            bool large = wish.Goal == TrainingPreset.LowVram.Name && !said.Keys.Contains("dataset.resolution") && made.Settings.Dataset.Resolution is var (width, height) && (long)width * height > LittleSide * LittleSide;
            return large ? TrainingPlan.Make(given.Set(string.Create(CultureInfo.InvariantCulture, $"dataset.resolution={LittleSide}")), library, Random.Shared, sets, wish.Runs, cancel) : made;
        }
    }

    /// <summary>An earlier run, to go on where it stopped.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="overrides"><c>key=value</c>, over its settings.</param>
    /// <param name="library">Models.</param>
    /// <param name="tell">Gets what was changed since.</param>
    /// <param name="cancel">Ends the reading of the pictures early.</param>
    /// <exception cref="SettingException">The folder is no run, or a setting is wrong.</exception>
    public static TrainingPlan Resume(string folder, IReadOnlyList<string> overrides, ModelCatalog library, Action<Notice> tell, CancellationToken cancel = default)
    {
        var (run, report, saved) = Saved(folder);
        if (!File.Exists(run.State)) throw new SettingException("resume", Words.Say("train.no-run", folder));
        var said = GivenSettings.Of(GivenSettings.None.Set(overrides).Over(saved));
        foreach (var setting in TrainingOptions.All.Where(setting => setting.Key != "output.directory" && setting.ToJson(saved)?.ToJsonString() != setting.ToJson(said.Settings)?.ToJsonString()))
            tell(Notice.Of("train.changed", setting.Key, setting.ToJson(saved)?.ToJsonString() ?? "–", setting.ToJson(said.Settings)?.ToJsonString() ?? "–"));
        return TrainingPlan.Make(said, library, Random.Shared, report.Datasets, cancel: cancel);
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
        var (_, report, saved) = Saved(folder);
        return TrainingPlan.Make(GivenSettings.Of(saved), library, Random.Shared, report.Datasets, cancel: cancel);
    }

    /// <summary>The settings in a run's folder, wherever that lies now.</summary>
    private static (RunFolder Run, ImportReport Report, TrainingSettings Settings) Saved(string folder)
    {
        var run = new RunFolder(Path.GetFullPath(folder), "");
        if (!File.Exists(run.Settings)) throw new SettingException("run", Words.Say("train.no-settings", folder));
        var report = SettingsImport.ReadFile(run.Settings);
        return (run, report, report.Settings! with { Output = report.Settings!.Output with { Directory = run.Path } });
    }

    /// <summary>What suits the pictures and the model, where a person says nothing.</summary>
    private static TrainingSettings Suggested(TrainingSettings settings, PictureSetFacts facts, string? goal, ModelCatalog library, Action<Notice> tell)
    {
        // Little memory is no goal: it goes over that of the pictures.
        bool little = goal == TrainingPreset.LowVram.Name;
        var choice = goal is null || little ? PresetChoice.For(facts) : PresetChoice.Said(TrainingPreset.Find(goal)!);
        tell(new("preset", Words.Say("train.preset", choice.Preset.Name, choice.Reason)));
        var preset = choice.Preset.Apply(new TrainingSettings(), facts.Pictures);
        if (little) preset = TrainingPreset.LowVram.Apply(preset, facts.Pictures);
        // What the model's own file says suits it better than what suits most models.
        var model = library.Find(settings.Model.Transformer, settings.Model.Vae, settings.Model.TextEncoder);
        var advised = TrainingAdvice.Of(model, tell).Over(preset);
        return advised with { Dataset = preset.Dataset with { TrainFolder = settings.Dataset.TrainFolder } };
    }

    /// <summary>The models of a file from another machine, as far as they are here: by path, else by the file's name in the library, else the usual one.</summary>
    private static ModelSettings Here(ModelSettings model, ModelCatalog library, Action<Notice> tell)
    {
        return model with
        {
            Transformer = Found(model.Transformer, library.Has), TextEncoder = Found(model.TextEncoder, library.HasPart), Vae = Found(model.Vae, library.HasPart),
        };

        string? Found(string? path, Predicate<string> has)
        {
            if (path is null || has(path)) return path;
            string name = path.Replace('\\', '/').Split('/')[^1];
            if (has(name)) return name;
            tell(Notice.Of("train.model-elsewhere", path));
            return null;
        }
    }

    private static PictureSetFacts Facts(string folder) => Facts([new() { Subsets = TrainingFolder.Read(folder).Subsets, NoUpscale = true, BucketStep = 16 }]);

    private static PictureSetFacts Facts(IReadOnlyList<DatasetSettings> datasets) => new(
        Dataset.Open(datasets, new() { SkipUnreadable = true }).Pictures.Where(picture => !picture.Subset.IsRegularisation).Select(picture => picture.Found.Caption),
        datasets.SelectMany(dataset => dataset.Subsets).Where(subset => !subset.IsRegularisation && subset.ClassTokens is not null).Select(subset => subset.ClassTokens!));

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
