using System.Text.Json.Nodes;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Others;

/// <summary>OneTrainer's configuration (2026-08): a JSON in which presets name only what differs from the program's defaults.</summary>
internal static class OneTrainerReader
{
    private const string Anima = "ANIMA";

    private static readonly string[] Betas = ["beta1", "beta2", "beta3"];

    /// <summary>What OneTrainer does where nothing is said.</summary>
    private static TrainingSettings Defaults { get; } = new()
    {
        Adapter = new() { Rank = 16, Alpha = 1 },
        Optimizer = new() { LearningRate = 3e-6 },
        Schedule = new() { Name = "constant", WarmupSteps = 200 },
        Steps = new() { Epochs = 100 },
        Loss = new() { MaskNormalisation = "all" },
        Timestep = new() { Sampling = "uniform" },
        Dataset = new() { CaptionExtension = ".txt", Resolution = (512, 512) },
        Performance = new() { GradientCheckpointing = true, MixedPrecision = "fp16" },
    };

    /// <summary>Whether a JSON is one.</summary>
    public static bool Recognises(JsonObject root) => root.ContainsKey("model_type") && (root.ContainsKey("training_method") || root.ContainsKey("base_model_name"));

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="Generation.SettingException">A value is wrong.</exception>
    public static ImportReport Read(JsonObject root, string file)
    {
        var foreign = new ForeignSettings(root, file, Defaults)
        {
            Machine = ["workspace_dir", "cache_dir", "debug_mode", "debug_dir", "tensorboard_expose", "tensorboard_always_on", "tensorboard_port", "dataloader_threads", "train_device", "temp_device",
                "multi_gpu", "device_indexes", "gradient_reduce_precision", "fused_gradient_reduce", "async_gradient_reduce", "async_gradient_reduce_buffer", "async_offloading", "compile",
                "enable_autocast_cache", "only_cache", "attention_mechanism", "offline_mode", "huggingface_cache_dir", "cloud", "secrets", "quantization", "__version", "clear_cache_before_training", "optimizer_defaults", "optimizer.fused", "optimizer.foreach",
                "optimizer.fused_back_pass"],
        };
        string type = foreign.Text("model_type") ?? "";
        if (type != Anima) return ImportReport.WrongBase(SettingsKind.OneTrainer, file, type, type);
        foreign.Copy(("base_model_name", "model.transformer"), ("output_model_destination", "output.directory"), ("epochs", "steps.epochs"), ("batch_size", "steps.batch_size"),
            ("gradient_accumulation_steps", "steps.gradient_accumulation"), ("resolution", "dataset.resolution"), ("aspect_ratio_bucketing", "dataset.buckets"), ("latent_caching", "performance.cache_latents"),
            ("masked_training", "loss.masked"), ("tensorboard", "output.tensorboard"), ("timestep_shift", "timestep.shift"), ("text_encoder.train", "adapter.train_text_encoder"),
            ("text_encoder.learning_rate", "optimizer.text_encoder_learning_rate"), ("text_encoder.dropout_probability", "dataset.caption_dropout"), ("transformer.train", "adapter.train_transformer"),
            ("save_filename_prefix", "output.name"), ("clip_grad_norm", "optimizer.max_grad_norm"));
        foreign.Set("optimizer.learning_rate", (foreign.Number("transformer.learning_rate") ?? foreign.Number("learning_rate") ?? Defaults.Optimizer.LearningRate), "learning_rate");
        if (foreign.Flag("normalize_masked_area_loss") == true) foreign.Set("loss.mask_normalisation", "area", "normalize_masked_area_loss");
        foreign.Every(foreign.Number("save_every"), foreign.Text("save_every_unit"), "output.save_every_epochs", "output.save_every_steps", "save_every");
        foreign.Every(foreign.Number("sample_after"), foreign.Text("sample_after_unit"), "sampling.every_epochs", "sampling.every_steps", "sample_after");
        if (foreign.Text("train_dtype") is { } computed) foreign.Set("performance.mixed_precision", Type(computed, "no"), "train_dtype");
        if (foreign.Text("output_dtype") is { } saved) foreign.Set("output.precision", Type(saved, "float"), "output_dtype");
        if (foreign.Text("gradient_checkpointing") is { } checkpointing) foreign.Set("performance.gradient_checkpointing", checkpointing.ToUpperInvariant() is not ("OFF" or "FALSE"), "gradient_checkpointing");
        Adapter(foreign);
        Timestep(foreign);
        Schedule(foreign);
        Optimizer(foreign, root);
        foreach (string path in (string[])["offset_noise_weight", "perturbation_noise_weight", "rescale_noise_scheduler_to_zero_terminal_snr", "force_v_prediction", "loss_weight_strength"])
            if (foreign.Take(path)?.ToString() is not (null or "0" or "0.0" or "false")) foreign.Without(path, "import.otherModels");
        if (foreign.Text("concept_file_name") is { } concepts) foreign.Changed.Add(new("concepts", TrainingWords.Say("import.concepts", concepts)));
        return foreign.Report(SettingsKind.OneTrainer);
    }

    private static void Adapter(ForeignSettings foreign)
    {
        if (foreign.Text("training_method") is "FINE_TUNE")
        {
            foreign.Settings = foreign.Settings with { Adapter = new() { Type = "none" } };
            return;
        }
        foreign.Copy(("lora_rank", "adapter.rank"), ("lora_alpha", "adapter.alpha"), ("lora_decompose", "adapter.dora"), ("lora_model_name", "adapter.continue_from"),
            ("transformer.dropout_probability", "adapter.dropout"));
        string type = (foreign.Text("peft_type") ?? "LORA").ToLowerInvariant();
        foreign.Settings = foreign.Settings with { Adapter = foreign.Settings.Adapter with { Type = type } };
        if (type != "lokr") return;
        foreign.Copy(("lokr_dim", "adapter.rank"), ("lokr_weight_decompose", "adapter.dora"));
        if (foreign.Number("lokr_decompose_factor") is >= 1 and { } factor) foreign.Set("adapter.lokr_factor", (long)factor, "lokr_decompose_factor");
    }

    private static void Timestep(ForeignSettings foreign)
    {
        bool shifted = foreign.Settings.Timestep.Shift != 1;
        string? distribution = foreign.Text("timestep_distribution");
        string? sampling = distribution switch
        {
            null => null,
            "UNIFORM" => "uniform",
            "LOGIT_NORMAL" or "SIGMOID" => foreign.Flag("dynamic_timestep_shifting") == true ? "flux_shift" : shifted ? "shift" : "sigmoid",
            _ => "sigmoid",
        };
        if (sampling is null) return;
        foreign.Set("timestep.sampling", sampling, "timestep_distribution");
        // logit-normal's deviation is 1 + weight; its mean would shift all noise levels and has no counterpart outside of "sigma".
        if (distribution == "LOGIT_NORMAL" && foreign.Number("noising_weight") is { } weight and > 0) foreign.Set("timestep.sigmoid_scale", weight + 1, "noising_weight");
        if (distribution is not ("UNIFORM" or "LOGIT_NORMAL" or "SIGMOID")) foreign.Changed.Add(new("timestep", TrainingWords.Say("import.distribution", distribution)));
    }

    private static void Schedule(ForeignSettings foreign)
    {
        string name = (foreign.Text("learning_rate_scheduler") ?? "CONSTANT").ToLowerInvariant();
        double warmup = foreign.Number("learning_rate_warmup_steps") ?? 200;
        name = name switch { "cosine_with_hard_restarts" => "cosine_with_restarts", "constant" when warmup > 0 => "constant_with_warmup", _ => name };
        double cycles = foreign.Number("learning_rate_cycles") ?? 1;
        foreign.Settings = foreign.Settings with
        {
            Schedule = foreign.Settings.Schedule with
            {
                Name = name,
                WarmupSteps = warmup is 0 or > 1 ? (int)Math.Min(warmup, int.MaxValue) : null,
                WarmupRatio = warmup is > 0 and <= 1 ? warmup : null,
                Cycles = (int)Math.Clamp(cycles, 1, 10_000),
                MinLrRatio = foreign.Number("learning_rate_min_factor") is > 0 and { } least ? least : null,
            },
        };
    }

    private static void Optimizer(ForeignSettings foreign, JsonObject root)
    {
        string original = foreign.Text("optimizer.optimizer") ?? "ADAMW";
        var table = root["optimizer"] as JsonObject;
        if (table is null or { Count: <= 1 }) table = (root["optimizer_defaults"] as JsonObject)?[original] as JsonObject ?? table;
        var arguments = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (string name in (string[])["weight_decay", "eps", "eps2", "beta1", "beta2", "beta3", "d0", "d_coef", "decouple", "use_bias_correction", "safeguard_warmup", "relative_step", "scale_parameter",
                     "warmup_init", "clip_threshold", "decay_rate", "momentum", "nesterov", "growth_rate"])
        {
            foreign.Take($"optimizer.{name}");
            if (ForeignArguments.Of(table, []).TryGetValue(name, out object? value)) arguments[name] = value;
        }
        object[] betas = [.. Betas.Where(arguments.ContainsKey).Select(name => arguments[name])];
        if (betas.Length >= 2 && betas.All(beta => beta is double))
        {
            arguments["betas"] = betas.Cast<double>().ToArray();
            foreach (string name in Betas) arguments.Remove(name);
        }
        string ours = original switch
        {
            "ADAMW_8BIT" => "adamw8bit",
            "SCHEDULE_FREE_ADAMW" => "adamwschedulefree",
            "PRODIGY_PLUS_SCHEDULE_FREE" => "prodigyplusschedulefree",
            "ADAMW_ADV" => "adamw",
            _ => original.ToLowerInvariant(),
        };
        foreign.Settings = foreign.Settings with { Optimizer = foreign.Settings.Optimizer with { Name = ours, Original = original, Args = arguments } };
    }

    private static string Type(string name, string fp32) => name switch { "BFLOAT_16" => "bf16", "FLOAT_16" => "fp16", _ => fp32 };
}
