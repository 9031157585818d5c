using System.Globalization;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Imports.Kohya;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Xmlora;

/// <summary>Reads <c>.xmlora</c> presets as the options of sd-scripts that kohya_lora_param_gui makes of them.</summary>
internal static class XmloraReader
{
    private const string Anima = "Anima";

    /// <summary>Optimizers that the program replaced by "Custom" with arguments.</summary>
    private static readonly string[] Replaced =
    [
        "AdaFactor", "SGDNesterov", "SGDNesterov8bit", "DAdaptation", "DAdaptAdaGrad", "DAdaptAdam", "DAdaptAdan", "DAdaptSGD", "DAdaptAdanIP", "PagedAdamW8bit", "PagedLion8bit", "SGDScheduleFree",
    ];

    /// <summary>Fields that the program stores and uses for Stable Diffusion alone.</summary>
    private static readonly string[] StableDiffusionOnly =
        ["IpNoiseGamma", "MinSNRGamma", "MultiresNoiseDiscount", "MultiresNoiseIterations", "NoiseOffset", "UseFP8Base", "VParameterization", "ZeroTerminalSNR"];

    /// <summary>Reads a preset.</summary>
    /// <param name="text">XML.</param>
    /// <param name="file">Its name for messages.</param>
    /// <exception cref="SettingException">It is no preset, or a value is wrong.</exception>
    public static ImportReport Read(string text, string file)
    {
        var fields = XmloraFile.Read(text, file);
        string architecture = fields["StableDiffusionType"];
        if (architecture != Anima) return ImportReport.WrongBase(SettingsKind.Xmlora, file, architecture == "XL" ? "SDXL" : "Stable Diffusion", architecture);
        if (fields["CustomCommands"].Length > 0) return KohyaCommand.Read(fields["CustomCommands"], file) with { Kind = SettingsKind.Xmlora, Architecture = Anima };

        var arguments = Arguments(fields);
        var stray = new List<string>();
        arguments.Add(KohyaCommand.Options(CommandText.Words(fields["AdditionalArgs"], "cmd"), stray));
        var report = KohyaReader.Read(arguments, SettingsKind.Xmlora, file);
        return report with
        {
            Architecture = Anima,
            Unknown = [.. report.Unknown, .. fields.Unknown],
            IgnoredBySource = [.. StableDiffusionOnly.Where(field => fields[field] is not ("" or "0" or "false"))],
            Warnings = [.. report.Warnings, .. KohyaCommand.Stray(stray)],
        };
    }

    private static KohyaArguments Arguments(XmloraFile fields)
    {
        var made = new OptionMaker(fields);
        made.Texts(("pretrained_model_name_or_path", "DitPath"), ("pretrained_model_name_or_path", "ModelPath")); // DitPath is the older field
        made.Texts(("qwen3", "Qwen3Path"), ("vae", "VAEPath"), ("train_data_dir", "TrainImagePath"), ("reg_data_dir", "RegImagePath"), ("dataset_config", "DatasetConfigPath"), ("output_dir", "OutputPath"),
            ("output_name", "OutputName"), ("training_comment", "Comment"), ("network_weights", "LoraModelPath"), ("caption_extension", "CaptionFileExtension"), ("keep_tokens_separator", "TokensSeparator"),
            ("logging_dir", "TensorBoardLogPath"));
        made.Numbers(("learning_rate", "LearningRate"), ("resolution", "Resolution"), ("train_batch_size", "BatchSize"), ("network_dim", "NetworkDim"), ("network_alpha", "NetworkAlpha"),
            ("min_bucket_reso", "MinBucketResolution"), ("max_bucket_reso", "MaxBucketResolution"), ("discrete_flow_shift", "DiscreteFlowShift"));
        made.Positive(("unet_lr", "UnetLR"), ("text_encoder_lr", "TextEncoderLR"), ("network_dropout", "NetworkDropout"), ("caption_dropout_rate", "CaptionDropout"),
            ("caption_tag_dropout_rate", "CaptionTagDropout"), ("scale_weight_norms", "ScaleWeightNorms"), ("lr_warmup_steps", "WarmupSteps"), ("blocks_to_swap", "BlocksToSwap"),
            ("adaptive_noise_scale", "AdaptiveNoiseScale"), ("text_encoder_batch_size", "TEBatchSize"), ("token_warmup_min", "TokenWarmupMin"));
        made.Flags(("gradient_checkpointing", "UseGradient"), ("color_aug", "UseColorAug"), ("flip_aug", "UseFlipAug"), ("random_crop", "CropRandomly"), ("full_bf16", "UseFullBf16"),
            ("cache_latents", "CacheLatents"), ("bucket_no_upscale", "NoBucketUpscaling"), ("vae_disable_cache", "DisableVAECache"), ("unsloth_offload_checkpointing", "CpuOffloadAsync"),
            ("cache_text_encoder_outputs", "CacheTextencoder"), ("alpha_mask", "AlphaMask"), ("masked_loss", "MaskLoss"), ("no_metadata", "DontSaveMetadata"), ("highvram", "HighVRAM"),
            ("save_state_on_train_end", "SaveState"), ("weighted_captions", "UseWeightedCaptions"), ("no_half_vae", "NoHalfVAE"), ("shuffle_caption", "ShuffleCaptions"));
        made.Set("enable_bucket", true); // the program always gives it
        if (made.Flag("CacheLatents")) made.Flags(("cache_latents_to_disk", "CacheLatentsToDisk"));
        if (made.Flag("CacheTextencoder")) made.Flags(("cache_text_encoder_outputs_to_disk", "CacheTextencoderToDisk"));
        if (made.Flag("ShuffleCaptions")) made.Positive(("keep_tokens", "KeepTokenCount"));
        if (made.Number("TokenWarmupMin") > 0) made.Positive(("token_warmup_step", "TokenWarmupStep"));
        if (made.Number("GradAccSteps") > 1) made.Numbers(("gradient_accumulation_steps", "GradAccSteps"));
        if (made.Number("Seed") >= 0) made.Numbers(("seed", "Seed"));
        made.Numbers((made.Flag("IsEpoch") ? "max_train_epochs" : "max_train_steps", "Epochs"));
        made.Positive((made.Flag("SaveWeightEveryEpoch") ? "save_every_n_epochs" : "save_every_n_steps", "SaveEveryNEpochs"));
        Words(made, fields);
        Schedule(made, fields["SchedulerType"]);
        XmloraNetwork.Read(made, fields);
        Optimizer(made, fields);
        return made.Made;
    }

    /// <summary>Fields that choose a word.</summary>
    private static void Words(OptionMaker made, XmloraFile fields)
    {
        if (fields["CrossAttenType"] is not ("None" or "")) made.Set(fields["CrossAttenType"], true);
        if (fields["mixedPrecisionType"] is not ("None" or "")) made.Set("mixed_precision", fields["mixedPrecisionType"]);
        if (fields["SavePrecision"] is not ("none" or "")) made.Set("save_precision", fields["SavePrecision"] == "fp32" ? "float" : fields["SavePrecision"]);
        if (fields["ResizeInterpolationType"] is not ("None" or "")) made.Set("resize_interpolation", fields["ResizeInterpolationType"].ToLowerInvariant());
        if (fields["advancedTrainType"] == "TextEncoderOnly") made.Set("network_train_text_encoder_only", true);
        if (fields["advancedTrainType"] == "UNetOnly") made.Set("network_train_unet_only", true);
        made.Set("timestep_sampling", fields["TimestepSamplingEnum"].ToLowerInvariant());
        if (fields["TimestepSamplingEnum"] == "Sigmoid") made.Numbers(("sigmoid_scale", "Sigmoidscale"));
        made.Set("loss_type", fields["LossType"] switch { "Huber" => "huber", "SmoothLOne" => "smooth_l1", _ => "l2" });
        if (fields["LossType"] is not ("Huber" or "SmoothLOne")) return;
        made.Numbers(("huber_c", "HuberC"));
        made.Set("huber_schedule", fields["HuberScheduleType"].ToLowerInvariant());
    }

    private static void Schedule(OptionMaker made, string name)
    {
        if (name is not ("None" or "")) made.Set("lr_scheduler", name);
        if (name == "polynomial") made.Numbers(("lr_scheduler_power", "LRSchedulerCycle"));
        if (name == "cosine_with_restarts") made.Numbers(("lr_scheduler_num_cycles", "LRSchedulerCycle"));
        if (name == "warmup_stable_decay") made.Positive(("lr_decay_steps", "LRDecaySteps"));
        if (name is "warmup_stable_decay" or "cosine_with_min_lr") made.Positive(("lr_scheduler_min_lr_ratio", "MinLRRatio"));
        if (name == "inverse_sqrt") made.Positive(("lr_scheduler_timescale", "SchedulerTimescale"));
    }

    private static void Optimizer(OptionMaker made, XmloraFile fields)
    {
        string type = fields["OptimizerType"];
        string name = type switch
        {
            "Came" => "pytorch_optimizer.CAME",
            "AdEMAMix8bit" or "PagedAdEMAMix8bit" => $"bitsandbytes.optim.{type}",
            "Custom" => fields["CustomOptName"],
            _ => type,
        };
        made.Set("optimizer_type", name);
        string[] given = type switch
        {
            "Custom" or "AdEMAMix8bit" or "PagedAdEMAMix8bit" => [.. CommandText.Words(fields["CustomOptArgs"], "cmd")],
            "AdaFactor" => [$"relative_step={fields["RelativeStep"]}", $"scale_parameter={fields["ScaleParameter"]}", $"warmup_init={fields["UseWarmupInit"]}"],
            "SGDNesterov" or "SGDNesterov8bit" => [$"momentum={fields["Momentum"]}"],
            _ when Replaced.Contains(type) => [.. CommandText.Words(fields["CustomOptArgs"], "cmd")],
            "DAdaptLion" => [Betas(fields, 2), $"weight_decay={fields["WeightDecay"]}", $"d0={fields["D0"]}"],
            "prodigy" =>
            [
                Betas(fields, 2), $"eps={fields["Eps"]}", $"weight_decay={fields["WeightDecay"]}", $"d0={fields["D0"]}", $"decouple={fields["Decouple"]}", $"d_coef={fields["DCoef"]}",
                $"use_bias_correction={fields["UseBiasCorrection"]}", $"safeguard_warmup={fields["SafeguardWarmup"]}",
                .. made.Number("GrowthRate") > 0 ? [$"growth_rate={fields["GrowthRate"]}"] : Array.Empty<string>(), .. made.Number("ProdigyBeta3") > 0 ? [$"beta3={fields["ProdigyBeta3"]}"] : Array.Empty<string>(),
            ],
            _ when !made.Flag("UseAdditionalOptArgs") => [],
            "Came" => [Betas(fields, 3), $"eps1={fields["Eps"]}", $"eps2={fields["Eps1"]}", $"weight_decay={fields["WeightDecay"]}"],
            "Lion" or "Lion8bit" => [Betas(fields, 2), $"weight_decay={fields["WeightDecay"]}"],
            _ => [Betas(fields, 2), $"eps={fields["Eps"]}", $"weight_decay={fields["WeightDecay"]}"],
        };
        if (given.Length > 0) made.Set("optimizer_args", new JsonArray([.. given.Select(argument => JsonValue.Create(argument))]));
    }

    private static string Betas(XmloraFile fields, int count) => $"betas={string.Join(',', Enumerable.Range(0, count).Select(i => fields[$"Betas{i}"]))}";
}

/// <summary>Makes options of sd-scripts from fields.</summary>
internal sealed class OptionMaker(XmloraFile fields)
{
    /// <summary>What was made so far.</summary>
    public KohyaArguments Made { get; } = new();

    /// <summary>An option with a value of our own.</summary>
    public void Set(string option, JsonNode value) => Made[option] = value;

    /// <summary>A text, if there is one.</summary>
    public void Text(string option, string field)
    {
        if (fields[field].Length > 0) Set(option, fields[field]);
    }

    /// <summary>Texts, where there are any.</summary>
    public void Texts(params ReadOnlySpan<(string Option, string Field)> pairs)
    {
        foreach (var (option, field) in pairs) Text(option, field);
    }

    /// <summary>Numbers, as they stand.</summary>
    public void Numbers(params ReadOnlySpan<(string Option, string Field)> pairs)
    {
        foreach (var (option, field) in pairs)
        {
            double number = Number(field);
            bool whole = !fields[field].Contains('.', StringComparison.Ordinal) && number == Math.Floor(number) && Math.Abs(number) < long.MaxValue;
            Set(option, whole ? JsonValue.Create((long)number) : JsonValue.Create(number));
        }
    }

    /// <summary>Numbers that mean "not set" unless they are above 0.</summary>
    public void Positive(params ReadOnlySpan<(string Option, string Field)> pairs)
    {
        foreach (var pair in pairs)
            if (Number(pair.Field) > 0) Numbers(pair);
    }

    /// <summary>Flags, where they are set.</summary>
    public void Flags(params ReadOnlySpan<(string Option, string Field)> pairs)
    {
        foreach (var (option, field) in pairs)
            if (Flag(field)) Set(option, true);
    }

    /// <summary>Whether a field is true.</summary>
    public bool Flag(string field) => fields[field] is "true" or "True" or "1";

    /// <summary>The number of a field; an empty one is 0.</summary>
    /// <exception cref="SettingException">It is none.</exception>
    public double Number(string field)
    {
        string text = fields[field];
        if (text.Length == 0) return 0;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new SettingException(field, TrainingWords.Say("import.value", field, TrainingWords.Find("type.number", null), text));
    }
}
