using System.Globalization;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>Makes our settings of options of sd-scripts' Anima trainers.</summary>
internal static class KohyaReader
{
    /// <summary>What sd-scripts does where nothing is said; not what we would do.</summary>
    public static TrainingSettings Defaults { get; } = new()
    {
        Adapter = new() { Rank = 4, Alpha = 1, TrainTextEncoder = true },
        Optimizer = new() { LearningRate = 2e-6 },
        Schedule = new() { Name = "constant", WarmupSteps = 0 },
        Steps = new() { MaxSteps = 1600 },
        Loss = new() { HuberSchedule = "snr", MaskNormalisation = "all" },
        Dataset = new() { Buckets = false, MaxBucket = 1024, CaptionExtension = ".caption" },
        Performance = new() { MixedPrecision = "no", CacheLatents = false, CacheLatentsToDisk = false, CacheText = false, CacheTextToDisk = false },
    };

    /// <summary>Reads the options.</summary>
    /// <param name="arguments">All that is given.</param>
    /// <param name="kind">For the report.</param>
    /// <param name="file">Name for messages.</param>
    /// <param name="fullFineTuning">Whether <c>anima_train.py</c> reads them; null: as it trains no network, that decides.</param>
    /// <param name="place">"FILE, line 12" of an option; null: the file.</param>
    /// <exception cref="SettingException">A value is of another type or out of range; the message names place and option.</exception>
    public static ImportReport Read(KohyaArguments arguments, SettingsKind kind, string file, bool? fullFineTuning = null, Func<string, string>? place = null)
    {
        string? module = arguments.Text("network_module");
        if (module is not null && KohyaNetwork.OtherModel(module) is { } model) return ImportReport.WrongBase(kind, file, model);
        place ??= _ => file;
        var settings = Copied(arguments, place);
        var left = new List<string>();
        var warnings = new List<Notice>();
        settings = settings with
        {
            Optimizer = Optimizer(settings.Optimizer, arguments),
            Schedule = Schedule(settings.Schedule, arguments, warnings, place),
            Steps = Steps(settings.Steps, arguments, place),
            Adapter = fullFineTuning ?? module is null
                ? new() { Type = "none" }
                : KohyaNetwork.Read(settings.Adapter, module ?? "networks.lora_anima", arguments.List("network_args"), left) with
                {
                    TrainTextEncoder = !arguments.Flag("network_train_unet_only"),
                    TrainTransformer = !arguments.Flag("network_train_text_encoder_only"),
                },
            Performance = settings.Performance with
            {
                CacheLatents = settings.Performance.CacheLatents || settings.Performance.CacheLatentsToDisk,
                CacheText = settings.Performance.CacheText || settings.Performance.CacheTextToDisk,
            },
        };
        warnings.AddRange(KohyaNotes.Warnings(settings));
        return new ImportReport
        {
            Kind = kind,
            Settings = settings,
            Given = [.. arguments.Names.Where(name => KohyaOptions.Find(name) is not null)],
            Unknown = [.. arguments.Names.Where(name => KohyaOptions.Find(name) is null)],
            MachineOnly = [.. arguments.Names.Where(name => KohyaOptions.Find(name)?.Fate == OptionFate.Machine)],
            NotImported = [.. arguments.Names.Where(name => KohyaOptions.Find(name)?.Fate == OptionFate.Left), .. left.Select(name => $"network_args.{name}")],
            Ineffective = KohyaNotes.Ineffective(settings, arguments),
            Warnings = warnings,
            Changed = [.. KohyaNotes.Changed(settings, arguments)],
        };
    }

    /// <summary>The options that stand for one setting each.</summary>
    private static TrainingSettings Copied(KohyaArguments arguments, Func<string, string> place)
    {
        var settings = Defaults;
        foreach (string name in arguments.Names)
        {
            if (KohyaOptions.Find(name)?.Setting is not { } key) continue;
            var setting = TrainingOptions.Of(key);
            try
            {
                settings = setting.With(settings, arguments[name]);
            }
            catch (SettingException e)
            {
                throw Wrong(name, setting.Values.Describe(), arguments[name]?.ToJsonString() ?? "null", place, e);
            }
        }
        return settings;
    }

    private static OptimizerSettings Optimizer(OptimizerSettings optimizer, KohyaArguments arguments)
    {
        string? original = arguments.Text("optimizer_type") ?? (arguments.Flag("use_8bit_adam") ? "AdamW8bit" : arguments.Flag("use_lion_optimizer") ? "Lion" : null);
        return optimizer with
        {
            // A class may be named with its path: pytorch_optimizer.CAME.
            Name = original?.Split('.')[^1].ToLowerInvariant() ?? optimizer.Name,
            Original = original,
            LearningRate = arguments.Number("unet_lr") ?? arguments.Number("learning_rate") ?? optimizer.LearningRate,
            TextEncoderLearningRate = arguments.Flag("network_train_unet_only") ? 0 : arguments.Number("text_encoder_lr"),
            Args = arguments.Arguments("optimizer_args"),
        };
    }

    private static ScheduleSettings Schedule(ScheduleSettings schedule, KohyaArguments arguments, List<Notice> warnings, Func<string, string> place)
    {
        var (warmupSteps, warmupRatio) = Length(arguments, "lr_warmup_steps", warnings, place);
        var (decaySteps, decayRatio) = Length(arguments, "lr_decay_steps", warnings, place);
        return schedule with
        {
            Name = arguments.Text("lr_scheduler") ?? schedule.Name,
            Type = arguments.Text("lr_scheduler_type"),
            Args = arguments.Arguments("lr_scheduler_args"),
            WarmupSteps = warmupRatio is null ? warmupSteps ?? 0 : null,
            WarmupRatio = warmupRatio,
            DecaySteps = decaySteps is > 0 ? decaySteps : null,
            DecayRatio = decayRatio,
        };
    }

    /// <summary>A whole number is a number of steps, a fraction or a percentage a share of all; a fraction above 1 can only be meant as steps.</summary>
    private static (int? Steps, double? Ratio) Length(KohyaArguments arguments, string name, List<Notice> warnings, Func<string, string> place)
    {
        if (arguments.Text(name) is not { } text) return default;
        bool percent = text.EndsWith('%');
        if (!double.TryParse(percent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number) || number < 0)
            throw Wrong(name, TrainingWords.Find("type.number", null), text, place);
        if (percent) return (null, Math.Min(number / 100, 1));
        int steps = (int)Math.Min(number, int.MaxValue);
        if (!IsFraction(arguments[name]!, text)) return (steps, null);
        if (number <= 1) return (null, number);
        warnings.Add(new Notice("warmup-fraction", TrainingWords.Say("import.warmupFloat", name, text, steps)));
        return (steps, null);
    }

    private static bool IsFraction(JsonNode given, string text) => given is JsonValue value && !value.TryGetValue(out long _) && (value.TryGetValue(out double _) || text.Any(c => c is '.' or 'e' or 'E'));

    private static StepSettings Steps(StepSettings steps, KohyaArguments arguments, Func<string, string> place)
    {
        int? epochs = Count(arguments, "max_train_epochs", place);
        return steps with { Epochs = epochs, MaxSteps = epochs is null ? Count(arguments, "max_train_steps", place) ?? steps.MaxSteps : null };
    }

    private static int? Count(KohyaArguments arguments, string name, Func<string, string> place) => arguments.Text(name) is not { } text ? null :
        arguments.Number(name) is { } number and >= 1 and <= int.MaxValue ? (int)number : throw Wrong(name, TrainingWords.Find("type.integer", null), text, place);

    private static SettingException Wrong(string name, string wanted, string given, Func<string, string> place, Exception? inner = null) =>
        new(name, TrainingWords.Say("file.value", place(name), TrainingWords.Say("import.value", name, wanted, given)), inner);
}
