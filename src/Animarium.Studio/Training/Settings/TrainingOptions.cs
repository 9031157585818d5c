using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

/// <summary>The table of all settings of training, in the order in which they are shown and written. Their texts stand in TrainingTexts.resx.</summary>
public static partial class TrainingOptions
{
    private const int ManySteps = 100_000_000;

    private const int LongestText = 4096;

    private static readonly SettingSection<ModelSettings> Model = new("model", s => s.Model, (s, v) => s with { Model = v });
    private static readonly SettingSection<AdapterSettings> Adapter = new("adapter", s => s.Adapter, (s, v) => s with { Adapter = v });
    private static readonly SettingSection<OptimizerSettings> Optimizer = new("optimizer", s => s.Optimizer, (s, v) => s with { Optimizer = v });
    private static readonly SettingSection<ComponentRates> Components = new("component_learning_rates", s => s.ComponentLearningRates, (s, v) => s with { ComponentLearningRates = v });
    private static readonly SettingSection<ScheduleSettings> Schedule = new("schedule", s => s.Schedule, (s, v) => s with { Schedule = v });
    private static readonly SettingSection<EmaSettings> Ema = new("ema", s => s.Ema, (s, v) => s with { Ema = v });
    private static readonly SettingSection<StepSettings> Steps = new("steps", s => s.Steps, (s, v) => s with { Steps = v });
    private static readonly SettingSection<TimestepSettings> Timestep = new("timestep", s => s.Timestep, (s, v) => s with { Timestep = v });
    private static readonly SettingSection<LossSettings> Loss = new("loss", s => s.Loss, (s, v) => s with { Loss = v });
    private static readonly SettingSection<FolderSettings> Dataset = new("dataset", s => s.Dataset, (s, v) => s with { Dataset = v });
    private static readonly SettingSection<PerformanceSettings> Performance = new("performance", s => s.Performance, (s, v) => s with { Performance = v });
    private static readonly SettingSection<OutputSettings> Output = new("output", s => s.Output, (s, v) => s with { Output = v });
    private static readonly SettingSection<SampleSettings> Sampling = new("sampling", s => s.Sampling, (s, v) => s with { Sampling = v });
    private static readonly SettingSection<ValidationSettings> Validation = new("validation", s => s.Validation, (s, v) => s with { Validation = v });

    /// <summary>Every setting.</summary>
    public static IReadOnlyList<TrainingSetting> All { get; } =
    [
        new TrainingSetting<ulong?>("seed", s => s.Seed, (s, v) => s with { Seed = v }, new SeedValues()),
        .. OfModel(), .. OfAdapter(), .. OfOptimizer(), .. OfLength(), .. OfLoss(), .. OfDataset(), .. OfMachine(), .. OfOutput(),
    ];

    private static readonly Dictionary<string, TrainingSetting> ByKey = All.ToDictionary(setting => setting.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>The setting with this <see cref="TrainingSetting.Key"/>, in any case; null if there is none.</summary>
    public static TrainingSetting? Find(string key) => ByKey.GetValueOrDefault(key);

    /// <summary>The setting with this key, which must exist.</summary>
    internal static TrainingSetting Of(string key) => ByKey[key];

    private static PathValues Path => new();

    private static OptionalTextValues Text => new(LongestText);

    private static FlagValues Flag => new();

    private static NumberValues Share => new(0, 1);

    private static NumberValues Rate => new(0, 1000); // learning rates; Prodigy wants 1

    private static OptionalValues<T> Maybe<T>(KnobValues<T> values)
        where T : struct => new(values);

    private static OptionalValues<int> Count(int least = 1, int most = ManySteps) => new(new IntegerValues(least, most));

    private static ChoiceValues<string> Words(params IReadOnlyList<string> words) => new([.. words.Select(word => (word, word))]);

    /// <summary>A rule: the setting acts only where the condition holds.</summary>
    private static Func<TrainingSettings, string?> Only(string reason, Func<TrainingSettings, bool> acts) => s => acts(s) ? null : reason;
}
