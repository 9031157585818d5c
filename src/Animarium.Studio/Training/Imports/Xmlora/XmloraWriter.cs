using System.Globalization;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Xmlora;

/// <summary>The fields of a preset that mean our settings.</summary>
internal static class XmloraWriter
{
    /// <summary>Optimizers that have a field value of their own, and those of them whose arguments have fields only when all are given.</summary>
    private static readonly (string Ours, string Type, string[] Arguments)[] Optimizers =
    [
        ("adamw", "AdamW", ["betas", "eps", "weight_decay"]), ("adamw8bit", "AdamW8bit", ["betas", "eps", "weight_decay"]), ("adamwschedulefree", "AdamWScheduleFree", ["betas", "eps", "weight_decay"]),
        ("radamschedulefree", "RAdamScheduleFree", ["betas", "eps", "weight_decay"]), ("lion", "Lion", ["betas", "weight_decay"]), ("came", "Came", ["betas", "eps1", "eps2", "weight_decay"]),
        ("prodigy", "prodigy", ["betas", "d0", "d_coef", "decouple", "eps", "safeguard_warmup", "use_bias_correction", "weight_decay"]),
    ];

    /// <summary>The fields.</summary>
    public static XmloraFile Fields(TrainingSettings settings)
    {
        var (dataset, performance, output) = (settings.Dataset, settings.Performance, settings.Output);
        var fields = new XmloraFile { ["StableDiffusionType"] = "Anima" };
        Put(fields, ("ModelPath", settings.Model.Transformer), ("Qwen3Path", settings.Model.TextEncoder), ("VAEPath", settings.Model.Vae), ("TrainImagePath", dataset.TrainFolder),
            ("RegImagePath", dataset.RegularisationFolder), ("DatasetConfigPath", dataset.ConfigFile), ("OutputPath", output.Directory), ("OutputName", output.Name), ("Comment", output.Comment),
            ("LoraModelPath", settings.Adapter.ContinueFrom), ("TokensSeparator", dataset.KeepTokensSeparator), ("CaptionFileExtension", dataset.CaptionExtension ?? ".txt"),
            ("LearningRate", settings.Optimizer.LearningRate), ("TextEncoderLR", settings.Optimizer.TextEncoderLearningRate is > 0 and { } rate ? rate : -1), ("UnetLR", -1),
            ("Resolution", dataset.Resolution?.Width ?? 1024), ("BatchSize", settings.Steps.BatchSize), ("GradAccSteps", settings.Steps.GradientAccumulation), ("Seed", settings.Seed?.ToString(CultureInfo.InvariantCulture) ?? "-1"),
            ("MinBucketResolution", dataset.MinBucket), ("MaxBucketResolution", dataset.MaxBucket), ("NoBucketUpscaling", dataset.NoUpscale), ("ShuffleCaptions", dataset.Shuffle),
            ("KeepTokenCount", dataset.KeepTokens), ("CaptionDropout", dataset.CaptionDropout), ("CaptionTagDropout", dataset.TagDropout), ("UseFlipAug", dataset.Flip), ("UseColorAug", dataset.ColorAug),
            ("CropRandomly", dataset.RandomCrop), ("TokenWarmupMin", dataset.TokenWarmupStep > 0 ? dataset.TokenWarmupMin : 0), ("TokenWarmupStep", dataset.TokenWarmupStep),
            ("CacheLatents", performance.CacheLatents), ("CacheLatentsToDisk", performance.CacheLatentsToDisk), ("CacheTextencoder", performance.CacheText), ("CacheTextencoderToDisk", performance.CacheTextToDisk),
            ("UseGradient", performance.GradientCheckpointing), ("BlocksToSwap", performance.BlocksToSwap ?? 0), ("UseFullBf16", performance.FullBf16), ("MaskLoss", settings.Loss.Masked),
            ("AlphaMask", settings.Loss.AlphaMask), ("HuberC", settings.Loss.HuberC), ("DiscreteFlowShift", settings.Timestep.Shift), ("Sigmoidscale", settings.Timestep.SigmoidScale));
        Put(fields, ("mixedPrecisionType", performance.MixedPrecision switch { "no" => "None", "auto" => "bf16", var type => type }), ("SavePrecision", output.Precision switch { null => "none", "float" => "fp32", var type => type }),
            ("ResizeInterpolationType", Word(dataset.ResizeInterpolation, "None", "Bicubic", "Bilinear", "Nearest", "Lanczos")), ("TimestepSamplingEnum", Word(settings.Timestep.Sampling, "Sigmoid", "Sigma", "Uniform", "Shift", "Flux_Shift")),
            ("LossType", settings.Loss.Type switch { "huber" => "Huber", "smooth_l1" => "SmoothLOne", _ => "LTwo" }), ("HuberScheduleType", Word(settings.Loss.HuberSchedule, "SNR", "Exponential", "Constant")),
            ("IsEpoch", settings.Steps.Epochs is not null), ("Epochs", settings.Steps.Epochs ?? settings.Steps.MaxSteps ?? 1), ("SaveWeightEveryEpoch", output.SaveEverySteps is null),
            ("SaveEveryNEpochs", output.SaveEverySteps ?? output.SaveEveryEpochs ?? 0));
        Schedule(fields, settings.Schedule);
        Adapter(fields, settings.Adapter);
        Optimizer(fields, settings.Optimizer);
        return fields;
    }

    private static void Schedule(XmloraFile fields, ScheduleSettings schedule) => Put(fields,
        ("SchedulerType", Word(schedule.Name, "None", "cosine_with_restarts", "cosine", "linear", "polynomial", "constant", "constant_with_warmup", "inverse_sqrt", "cosine_with_min_lr", "warmup_stable_decay")),
        ("LRSchedulerCycle", schedule.Name == "polynomial" ? schedule.Power : schedule.Cycles), ("WarmupSteps", schedule.WarmupSteps is > 0 and { } steps ? steps : schedule.WarmupRatio ?? 0),
        ("LRDecaySteps", schedule.DecaySteps is > 0 and { } decay ? decay : schedule.DecayRatio ?? 0), ("MinLRRatio", schedule.MinLrRatio ?? 0), ("SchedulerTimescale", schedule.Timescale ?? 0));

    private static void Adapter(XmloraFile fields, AdapterSettings adapter)
    {
        var free = new List<string>();
        bool lycoris = adapter.Dora || adapter.Rslora;
        Put(fields, ("ModuleType", lycoris ? "LyCORIS" : adapter.Type switch { "loha" => "LoHA", "lokr" => "LoKr", _ => "LoRA" }), ("AlgoType", adapter.Type), ("WeightDocomposition", adapter.Dora),
            ("NetworkDim", adapter.Rank), ("NetworkAlpha", adapter.Alpha), ("NetworkDropout", adapter.Dropout ?? 0), ("RankDropout", adapter.RankDropout ?? 0), ("ModuleDropout", adapter.ModuleDropout ?? 0),
            ("ScaleWeightNorms", adapter.MaxNorm ?? 0), ("LoRAPlusLRRatio", adapter.LoraplusRatio ?? 0),
            ("advancedTrainType", !adapter.TrainTextEncoder ? "UNetOnly" : adapter.TrainTransformer ? "None" : "TextEncoderOnly"));
        var parts = XmloraNetwork.Parts.Append(("LLMAdapterLR", XmloraNetwork.LlmAdapterPattern)).ToDictionary(part => part.Item2, part => part.Item1, StringComparer.Ordinal);
        if (adapter.ExcludePatterns is { } excluded)
        {
            if (excluded.All(pattern => parts.ContainsKey(pattern) && pattern != XmloraNetwork.LlmAdapterPattern)) foreach (string pattern in excluded) fields[parts[pattern]] = "0";
            else free.Add($"exclude_patterns={Texts(excluded)}");
        }
        if (adapter.IncludePatterns is { } included) free.Add($"include_patterns={Texts(included)}");
        if (adapter.LearningRateByPattern is { } rates)
        {
            if (rates.All(pair => parts.ContainsKey(pair.Key) && pair.Value > 0)) foreach (var (pattern, rate) in rates) fields[parts[pattern]] = Number(rate);
            else free.Add($"network_reg_lrs={string.Join(',', rates.Select(pair => $"{pair.Key}={Number(pair.Value)}"))}");
        }
        if (adapter.RankByPattern is { } ranks) free.Add($"network_reg_dims={string.Join(',', ranks.Select(pair => $"{pair.Key}={pair.Value}"))}");
        if (adapter.TrainLlmAdapter && fields["LLMAdapterLR"] == "0") free.Add("train_llm_adapter=True");
        if (adapter.LokrFactor is { } factor) free.Add($"factor={factor}");
        if (adapter.Rslora) free.Add("rs_lora=True");
        fields["AdditionalNetworkArgs"] = Quoted(free);
    }

    private static void Optimizer(XmloraFile fields, OptimizerSettings optimizer)
    {
        var (_, type, arguments) = Array.Find(Optimizers, row => row.Ours == optimizer.Name);
        bool all = type is not null && optimizer.Args.Keys.Order(StringComparer.Ordinal).SequenceEqual(arguments);
        int betas = type == "Came" ? 3 : 2;
        if (type is null || !all && (optimizer.Args.Count > 0 || type == "prodigy") || all && optimizer.Args["betas"] is not double[] list || all && ((double[])optimizer.Args["betas"]).Length != betas)
        {
            Put(fields, ("OptimizerType", "Custom"), ("CustomOptName", optimizer.Original ?? type ?? optimizer.Name), ("CustomOptArgs", Quoted(optimizer.Args.Select(pair => $"{pair.Key}={Argument(pair.Value)}"))));
            return;
        }
        Put(fields, ("OptimizerType", type), ("UseAdditionalOptArgs", all));
        if (!all) return;
        foreach (var (name, value) in optimizer.Args)
        {
            if (value is double[] values) for (int i = 0; i < values.Length; i++) fields[$"Betas{i}"] = Number(values[i]);
            else fields[name switch { "eps" or "eps1" => "Eps", "eps2" => "Eps1", "weight_decay" => "WeightDecay", "d0" => "D0", "d_coef" => "DCoef", "decouple" => "Decouple", "safeguard_warmup" => "SafeguardWarmup", _ => "UseBiasCorrection" }] = Argument(value);
        }
    }

    private static void Put(XmloraFile fields, params ReadOnlySpan<(string Field, object? Value)> pairs)
    {
        foreach (var (field, value) in pairs)
            fields[field] = value switch { null => "", bool flag => flag ? "true" : "false", double number => Number(number), _ => Convert.ToString(value, CultureInfo.InvariantCulture)! };
    }

    /// <summary>The program's word for ours, which differs in upper and lower case; the first word where it has none.</summary>
    private static string Word(string? ours, params string[] words) => Array.Find(words, word => word.Equals(ours, StringComparison.OrdinalIgnoreCase)) ?? words[0];

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Argument(object value) => value switch
    {
        double[] list => string.Join(',', list.Select(Number)),
        bool flag => flag ? "True" : "False",
        double number => Number(number),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Texts(IEnumerable<string> texts) => $"[{string.Join(',', texts.Select(text => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'"))}]";

    private static string Quoted(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(argument => $"\"{argument.Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
}
