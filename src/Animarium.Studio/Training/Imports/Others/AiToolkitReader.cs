using System.Text.Json.Nodes;
using Animarium.Studio.Datasets;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Others;

/// <summary>ai-toolkit's jobs (2026-08): YAML, or the same tree as JSON, with the settings under <c>config.process[0]</c>.</summary>
internal static class AiToolkitReader
{
    private const string Process = "config.process[0]";

    /// <summary>What ai-toolkit does where nothing is said.</summary>
    private static TrainingSettings Defaults { get; } = new()
    {
        Adapter = new() { Rank = 4, Alpha = 1, IncludePatterns = [".*adaln_modulation.*"] },
        Optimizer = new() { LearningRate = 1e-6 },
        Schedule = new() { Name = "constant" },
        Steps = new() { MaxSteps = 1000 },
        Loss = new() { MaskNormalisation = "all" },
        Performance = new() { MixedPrecision = "no", GradientCheckpointing = true, CacheLatents = false, CacheLatentsToDisk = false, CacheText = false, CacheTextToDisk = false },
        Output = new() { SaveEverySteps = 1000, KeepCheckpoints = 5, Precision = "fp16" },
        Dataset = new() { CaptionExtension = ".txt" },
    };

    /// <summary>Whether a tree is one.</summary>
    public static bool Recognises(JsonObject root) => root["config"] is JsonObject config && config["process"] is JsonArray { Count: > 0 };

    /// <summary>Reads a job.</summary>
    /// <exception cref="Generation.SettingException">A value is wrong, or there is no process.</exception>
    public static ImportReport Read(JsonObject root, string file)
    {
        if (!Recognises(root)) throw new Generation.SettingException(TrainingWords.Say("file.unrecognised", file));
        var foreign = new ForeignSettings(root, file, Defaults)
        {
            Machine = ["job", "meta", $"{Process}.device", $"{Process}.performance_log_every", $"{Process}.logging", $"{Process}.model.low_vram", $"{Process}.model.quantize", $"{Process}.model.quantize_te",
                $"{Process}.model.qtype", $"{Process}.model.qtype_te", $"{Process}.train.attention_backend", $"{Process}.sqlite_db_path", $"{Process}.type"],
        };
        string architecture = foreign.Text($"{Process}.model.arch") ?? "sd1";
        if (architecture != "anima") return ImportReport.WrongBase(SettingsKind.AiToolkit, file, architecture, architecture);
        foreign.Copy(("config.name", "output.name"), ($"{Process}.training_folder", "output.directory"), ($"{Process}.trigger_word", "dataset.trigger"), ($"{Process}.model.name_or_path", "model.transformer"),
            ($"{Process}.train.steps", "steps.max_steps"), ($"{Process}.train.batch_size", "steps.batch_size"), ($"{Process}.train.gradient_checkpointing", "performance.gradient_checkpointing"),
            ($"{Process}.train.train_unet", "adapter.train_transformer"), ($"{Process}.train.train_text_encoder", "adapter.train_text_encoder"), ($"{Process}.train.max_grad_norm", "optimizer.max_grad_norm"),
            ($"{Process}.train.cache_text_embeddings", "performance.cache_text"), ($"{Process}.train.lr_scheduler", "schedule.name"), ($"{Process}.train.reg_weight", "loss.prior_loss_weight"),
            ($"{Process}.save.save_every", "output.save_every_steps"), ($"{Process}.save.max_step_saves_to_keep", "output.keep_checkpoints"),
            ($"{Process}.sample.sample_every", "sampling.every_steps"));
        double? accumulation = foreign.Number($"{Process}.train.gradient_accumulation") is > 1 and { } steps ? steps : foreign.Number($"{Process}.train.gradient_accumulation_steps");
        if (accumulation is { } batches) foreign.Set("steps.gradient_accumulation", (long)batches, $"{Process}.train.gradient_accumulation");
        if (foreign.Text($"{Process}.train.dtype") is { } computed) foreign.Set("performance.mixed_precision", Type(computed, "no"), $"{Process}.train.dtype");
        if (foreign.Text($"{Process}.save.dtype") is { } saved) foreign.Set("output.precision", Type(saved, "float"), $"{Process}.save.dtype");
        if (foreign.Flag($"{Process}.train.disable_sampling") == true) foreign.Set("sampling.every_steps", null, $"{Process}.train.disable_sampling");
        Loss(foreign);
        Adapter(foreign);
        Optimizer(foreign);
        Prompts(foreign);
        var datasets = Datasets(foreign);
        return foreign.Report(SettingsKind.AiToolkit) with { Datasets = datasets };
    }

    private static void Loss(ForeignSettings foreign)
    {
        string? timestep = foreign.Text($"{Process}.train.timestep_type");
        foreign.Set("timestep.sampling", timestep switch { "linear" or "weighted" or "one_step" => "uniform", "shift" or "lumina2_shift" => "shift", "flux_shift" => "flux_shift", _ => "sigmoid" }, "timestep_type");
        if (timestep is "weighted") foreign.Changed.Add(new("timestep", TrainingWords.Say("import.distribution", timestep)));
        string loss = foreign.Text($"{Process}.train.loss_type") ?? "mse";
        foreign.Set("loss.type", loss switch { "mae" => "l1", "huber" => "huber", _ => "l2" }, "loss_type");
        foreach (string name in (string[])["noise_offset", "min_snr_gamma", "snr_gamma"])
            if (foreign.Number($"{Process}.train.{name}") is not (null or 0)) foreign.Without($"{Process}.train.{name}", "import.otherModels");
        foreign.Copy(($"{Process}.train.ema_config.ema_decay", "ema.decay"));
        if (foreign.Flag($"{Process}.train.ema_config.use_ema") != true) foreign.Set("ema.decay", null, "ema_config");
    }

    private static void Adapter(ForeignSettings foreign)
    {
        if (foreign.Part<JsonObject>($"{Process}.network") is null)
        {
            foreign.Settings = foreign.Settings with { Adapter = new() { Type = "none" } };
            return;
        }
        string network = $"{Process}.network";
        foreign.Copy(($"{network}.linear", "adapter.rank"), ($"{network}.rank", "adapter.rank"), ($"{network}.alpha", "adapter.alpha"), ($"{network}.linear_alpha", "adapter.alpha"),
            ($"{network}.dropout", "adapter.dropout"), ($"{network}.pretrained_lora_path", "adapter.continue_from"));
        string type = (foreign.Text($"{network}.type") ?? "lora").ToLowerInvariant();
        var adapter = foreign.Settings.Adapter with { Type = type == "dora" ? "lora" : type, Dora = type == "dora" };
        if (type == "lokr" && foreign.Number($"{network}.lokr_factor") is >= 1 and { } factor) adapter = adapter with { LokrFactor = (int)Math.Min(factor, int.MaxValue) };
        // Full rank is ai-toolkit's default for LoKr: the larger half is not factored.
        if (type == "lokr" && foreign.Flag($"{network}.lokr_full_rank") != false) adapter = adapter with { Rank = 1_000_000, Alpha = 1_000_000 };
        if (foreign.Flag($"{network}.transformer_only") == false) adapter = adapter with { TrainLlmAdapter = true };
        foreign.Settings = foreign.Settings with { Adapter = adapter };
    }

    private static void Optimizer(ForeignSettings foreign)
    {
        string original = foreign.Text($"{Process}.train.optimizer") ?? "adamw";
        string name = original.ToLowerInvariant();
        double? rate = foreign.Number($"{Process}.train.unet_lr") ?? foreign.Number($"{Process}.train.lr");
        var arguments = ForeignArguments.Of(foreign.Take($"{Process}.train.optimizer_params") as JsonObject, []);
        foreign.Settings = foreign.Settings with
        {
            Optimizer = foreign.Settings.Optimizer with { Name = name, Original = original, Args = arguments, TextEncoderLearningRate = foreign.Number($"{Process}.train.text_encoder_lr") },
        };
        if (rate is { } given) foreign.Set("optimizer.learning_rate", given, $"{Process}.train.lr");
    }

    /// <summary>Prompts with size, seed and steps as kohya's options; a [trigger] becomes the trigger word.</summary>
    private static void Prompts(ForeignSettings foreign)
    {
        string sample = $"{Process}.sample";
        var samples = (foreign.Take($"{sample}.samples") as JsonArray)?.OfType<JsonObject>().Select(one => one["prompt"]) ?? [];
        List<JsonNode?> prompts = foreign.Take($"{sample}.prompts") is JsonArray written ? [.. written] : [.. samples];
        if (prompts.Count == 0) return;
        (string Key, string Option)[] named = [("width", "w"), ("height", "h"), ("seed", "d"), ("sample_steps", "s"), ("guidance_scale", "l"), ("neg", "n")];
        string options = string.Concat(named.Select(pair => (pair.Option, Value: foreign.Text($"{sample}.{pair.Key}"))).Where(pair => pair.Value is not null).Select(pair => $" --{pair.Option} {pair.Value}"));
        string trigger = foreign.Settings.Dataset.Trigger ?? "";
        foreign.Set("sampling.prompts", new JsonArray([.. prompts.Select(prompt => JsonValue.Create((prompt?.ToString() ?? "").Replace("[trigger]", trigger, StringComparison.Ordinal) + options))]), $"{sample}.prompts");
    }

    /// <summary>Each folder is a dataset; several resolutions of one become one each.</summary>
    private static List<DatasetSettings>? Datasets(ForeignSettings foreign)
    {
        var datasets = new List<DatasetSettings>();
        int count = foreign.Part<JsonArray>($"{Process}.datasets")?.Count ?? 0;
        for (int i = 0; i < count; i++)
        {
            string path = $"{Process}.datasets[{i}]";
            if (foreign.Text($"{path}.folder_path") is not { } folder) continue;
            var subset = new SubsetSettings
            {
                Folder = folder,
                Repeats = (int)Math.Clamp(foreign.Number($"{path}.num_repeats") ?? 1, 1, 1_000_000),
                CaptionExtension = foreign.Text($"{path}.caption_ext") ?? "txt",
                IsRegularisation = foreign.Flag($"{path}.is_reg") == true,
                Flip = foreign.Flag($"{path}.flip_x") == true,
                RandomCrop = foreign.Flag($"{path}.random_crop") == true,
                AlphaMask = foreign.Flag($"{path}.alpha_mask") == true,
                LossWeight = foreign.Number($"{path}.loss_multiplier") ?? 1,
                ClassTokens = foreign.Text($"{path}.default_caption"),
                Caption = new()
                {
                    Shuffle = foreign.Flag($"{path}.shuffle_tokens") == true,
                    KeepTokens = (int)Math.Clamp(foreign.Number($"{path}.keep_tokens") ?? 0, 0, 10_000),
                    Dropout = foreign.Number($"{path}.caption_dropout_rate") ?? 0,
                    TagDropout = foreign.Number($"{path}.token_dropout_rate") ?? 0,
                },
            };
            if (foreign.Flag($"{path}.cache_latents_to_disk") == true || foreign.Flag($"{path}.cache_latents") == true)
                foreign.Settings = foreign.Settings with { Performance = foreign.Settings.Performance with { CacheLatents = true, CacheLatentsToDisk = true } };
            foreach (int side in Sides(foreign.Take($"{path}.resolution")))
                datasets.Add(new() { Resolution = (side, side), BatchSize = foreign.Settings.Steps.BatchSize, Subsets = [subset] });
        }
        if (count == 1 && datasets is [{ Subsets: [var only] } first, ..])
            foreign.Settings = foreign.Settings with { Dataset = foreign.Settings.Dataset with { TrainFolder = only.Folder, Resolution = first.Resolution, Shuffle = only.Caption.Shuffle, CaptionDropout = only.Caption.Dropout } };
        return datasets.Count > 0 ? datasets : null;
    }

    private static IEnumerable<int> Sides(JsonNode? resolution) => resolution switch
    {
        JsonArray list => list.OfType<JsonValue>().SelectMany(Sides),
        JsonValue value when value.TryGetValue(out long side) && side is >= 64 and <= 8192 => [(int)side],
        _ => [512],
    };

    private static string Type(string name, string fp32) => name switch { "bf16" or "bfloat16" => "bf16", "fp16" or "float16" => "fp16", _ => fp32 };
}
