using System.Globalization;
using Animarium.Studio.Datasets;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Run;

/// <summary>
/// From what a person said to what will be trained: model and pictures are found, sizes and steps counted, every open choice made. What can go wrong before
/// the first step goes wrong here, in words.
/// </summary>
public sealed class TrainingPlan
{
    /// <summary>What the official model was trained at, in pixels.</summary>
    public const int LargestSide = 1024;

    private const int Checkpoints = 5, Measurements = 10; // of a run that does not say

    private TrainingPlan(TrainingSettings settings, LibraryModel model, Dataset dataset, RunFolder folder, TrainingLength length, IReadOnlyList<Notice> notices) =>
        (Settings, Model, Dataset, Folder, Length, Notices) = (settings, model, dataset, folder, length, notices);

    /// <summary>Everything, nothing left open.</summary>
    public TrainingSettings Settings { get; }

    /// <summary>The weights.</summary>
    public LibraryModel Model { get; }

    /// <summary>The pictures.</summary>
    public Dataset Dataset { get; }

    /// <summary>Where the files go.</summary>
    public RunFolder Folder { get; }

    /// <summary>Steps and epochs.</summary>
    public TrainingLength Length { get; }

    /// <summary>What a person should know.</summary>
    public IReadOnlyList<Notice> Notices { get; }

    /// <summary>Steps between checkpoints.</summary>
    public long SaveEvery => Every(Settings.Output.SaveEverySteps, Settings.Output.SaveEveryEpochs) ?? Math.Max(1, Length.Steps / Checkpoints);

    /// <summary>Steps between measurements of the loss; 0: never.</summary>
    public long MeasureEvery => Settings.Validation.EverySteps ?? Math.Max(1, Length.Steps / Measurements);

    /// <summary>Steps between sample pictures; 0: never.</summary>
    public long SampleEvery => Every(Settings.Sampling.EverySteps, Settings.Sampling.EveryEpochs) ?? 0;

    /// <summary>All settings as a file that trains the same again.</summary>
    public string SettingsText => TrainingFile.Write(GivenSettings.Of(Settings));

    /// <summary>Pictures seen in the run.</summary>
    public long ImagesSeen => (long)Math.Round(Length.Steps * (double)Dataset.ImagesPerEpoch / Length.StepsPerEpoch);

    /// <summary>Plans a run.</summary>
    /// <param name="given">What was said.</param>
    /// <param name="library">Models.</param>
    /// <param name="random">Chooses a seed where none was given.</param>
    /// <param name="datasets">The datasets of a dataset file; null: those of the folders in the settings.</param>
    /// <param name="runs">The folder in which the run gets a folder of its own, where the settings name none.</param>
    /// <param name="cancel">Ends the reading of the pictures early.</param>
    /// <exception cref="SettingException">A setting is out of range or two contradict each other.</exception>
    /// <exception cref="ModelException">A model is missing or does not fit.</exception>
    /// <exception cref="DatasetException">There are no pictures, or some cannot be trained on.</exception>
    public static TrainingPlan Make(GivenSettings given, ModelCatalog library, Random random, IReadOnlyList<DatasetSettings>? datasets = null, string runs = "runs", CancellationToken cancel = default)
    {
        var settings = given.Settings;
        settings.Check();
        var notices = new List<Notice>(given.WithoutEffect().Concat(settings.Notices()));
        if (settings.Dataset.TrainFolder is null && datasets is null) throw new SettingException("dataset.train_folder", Words.Say("train.folder"));
        var model = library.Find(settings.Model.Transformer, settings.Model.Vae, settings.Model.TextEncoder, warning => notices.Add(new("other-latents", warning)));
        if (settings.Model.LlmAdapter is not null) throw new SettingException("model.llm_adapter", Words.Say("train.llm-adapter"));
        if (settings.Output.Resume is { } state) notices.Add(Notice.Of("train.resume-said", state));
        settings = Located(settings);
        settings = settings with { Seed = settings.Seed ?? (uint)random.NextInt64(1L << 32) };

        var options = new DatasetOptions { SkipUnreadable = settings.Dataset.SkipBadPictures };
        if (datasets is null)
        {
            var ignored = new List<string>();
            if (settings.Dataset.Resolution is null)
            {
                var request = ModelDefaults.Of(model, [], notices).Settings.Complete();
                // Headers are read twice, which is cheap: what size is right only the pictures know.
                var subsets = DatasetTerms.OfFolders(settings with { Dataset = settings.Dataset with { Resolution = (LargestSide, LargestSide) } }, []).Subsets;
                int side = TrainingFolder.UsualSide(subsets, Math.Min(LargestSide, Math.Sqrt((double)request.Width * request.Height)), settings.Dataset.BucketStep, cancel);
                settings = settings with { Dataset = settings.Dataset with { Resolution = (side, side) } };
            }
            datasets = [DatasetTerms.OfFolders(settings, ignored)];
            if (ignored.Count > 0) notices.Add(Notice.Of("train.ignored", ignored.Count, string.Join(", ", ignored.Take(5))));
        }
        var dataset = Dataset.Open(datasets, options, cancel);
        foreach (var skipped in dataset.Skipped) notices.Add(new("skipped", skipped.Message));

        string name = SafeFileName.Of(settings.Output.Name ?? NameOf(settings.Dataset.TrainFolder ?? settings.Dataset.ConfigFile ?? "lora"));
        settings = settings with { Output = settings.Output with { Name = name } };
        var length = LengthOf(settings, dataset);
        // What decided, alone.
        var steps = settings.Steps;
        settings = settings with { Steps = steps with { Epochs = steps.MaxSteps is null ? steps.Epochs : null, ImagesSeen = steps is { MaxSteps: null, Epochs: null } ? steps.ImagesSeen : null } };
        return new(settings, model, dataset, new(Path.GetFullPath(settings.Output.Directory ?? Free(Path.Combine(runs, name))), name), length, notices);
    }

    /// <summary>The same with the precision that a machine chose: measured again it might choose another, and a resumed run would not be the same.</summary>
    /// <param name="precision">fp32, bf16 or fp16.</param>
    internal TrainingPlan In(string precision) =>
        new(Settings with { Performance = Settings.Performance with { MixedPrecision = precision == "fp32" ? "no" : precision } }, Model, Dataset, Folder, Length, Notices);

    /// <summary>The same without some pictures, which turned out to be damaged.</summary>
    internal TrainingPlan Without(IReadOnlyCollection<DatasetProblem> damaged)
    {
        var dataset = Dataset.Without(damaged);
        return new(Settings, Model, dataset, Folder, LengthOf(Settings, dataset), Notices);
    }

    /// <summary>The same with sample pictures at every checkpoint, where nothing is said about them.</summary>
    internal TrainingPlan WithSamples() =>
        new(Settings with { Sampling = Settings.Sampling with { EverySteps = (int)SaveEvery, AtFirst = true } }, Model, Dataset, Folder, Length, Notices);

    private long? Every(int? steps, int? epochs) => steps ?? epochs * Length.StepsPerEpoch;

    private static TrainingLength LengthOf(TrainingSettings settings, Dataset dataset)
    {
        var steps = settings.Steps;
        long? epochs = steps.MaxSteps is null ? steps.Epochs : null;
        long perEpoch = TrainingLength.Of(dataset.BatchesPerEpoch, steps.GradientAccumulation, epochs: 1, 0).Steps;
        // Batches at the end of a bucket are short: what an epoch shows is counted, not what a step could show.
        long wanted = steps.MaxSteps ?? (long)Math.Ceiling((steps.ImagesSeen ?? 0) * (double)perEpoch / dataset.ImagesPerEpoch);
        if (epochs is null && wanted == 0) throw new SettingException("steps.epochs", Words.Say("train.length"));
        return TrainingLength.Of(dataset.BatchesPerEpoch, steps.GradientAccumulation, epochs, wanted);
    }

    /// <summary>With whole paths, so that a run can be resumed and evaluated from anywhere.</summary>
    private static TrainingSettings Located(TrainingSettings settings)
    {
        return settings with
        {
            Adapter = settings.Adapter with { ContinueFrom = Whole(settings.Adapter.ContinueFrom) },
            Sampling = settings.Sampling with { PromptsFile = Whole(settings.Sampling.PromptsFile) },
            Dataset = settings.Dataset with
            {
                TrainFolder = Whole(settings.Dataset.TrainFolder), RegularisationFolder = Whole(settings.Dataset.RegularisationFolder), MaskFolder = Whole(settings.Dataset.MaskFolder),
                ConfigFile = Whole(settings.Dataset.ConfigFile),
            },
        };

        static string? Whole(string? path) => path is null ? null : Path.GetFullPath(path);
    }

    /// <summary>The name that a folder of pictures gives: of <c>10_miku</c> the part after the number.</summary>
    private static string NameOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return name.Split('_', 2) is [var number, { Length: > 0 } rest] && int.TryParse(number, CultureInfo.InvariantCulture, out _) ? rest : name;
    }

    /// <summary>The first folder of this name, counted on, that no run has.</summary>
    private static string Free(string folder)
    {
        string free = folder;
        for (int n = 2; Path.Exists(free); n++) free = string.Create(CultureInfo.InvariantCulture, $"{folder}-{n}");
        return free;
    }
}
