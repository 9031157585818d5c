using System.Text.Json.Nodes;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Others;

/// <summary>diffusion-pipe's training TOML (2026-08).</summary>
internal static class DiffusionPipeReader
{
    /// <summary>Whether a TOML is one: it names the model's type and an optimizer's.</summary>
    public static bool Recognises(JsonObject root) => root["model"] is JsonObject model && model.ContainsKey("type") && root["optimizer"] is JsonObject optimizer && optimizer.ContainsKey("type");

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="Generation.SettingException">A value is wrong.</exception>
    public static ImportReport Read(JsonObject root, string file)
    {
        var foreign = new ForeignSettings(root, file, Defaults)
        {
            Machine = ["pipeline_stages", "partition_method", "partition_split", "caching_batch_size", "map_num_proc", "compile", "steps_per_print", "video_clip_mode", "monitoring", "x_axis_examples",
                "reentrant_activation_checkpointing", "checkpoint_every_n_minutes", "checkpoint_every_n_epochs", "logging_steps", "disable_block_swap_for_eval", "eval_micro_batch_size_per_gpu"],
        };
        if (foreign.Text("model.type") is var type && type != "anima") return ImportReport.WrongBase(SettingsKind.DiffusionPipe, file, type ?? "?", type);
        foreign.Copy(("model.transformer_path", "model.transformer"), ("model.llm_path", "model.text_encoder"), ("model.vae_path", "model.vae"), ("output_dir", "output.directory"),
            ("gradient_accumulation_steps", "steps.gradient_accumulation"), ("gradient_clipping", "optimizer.max_grad_norm"), ("warmup_steps", "schedule.warmup_steps"), ("lr_scheduler", "schedule.name"),
            ("blocks_to_swap", "performance.blocks_to_swap"), ("save_every_n_epochs", "output.save_every_epochs"), ("save_every_n_steps", "output.save_every_steps"),
            ("eval_every_n_steps", "validation.every_steps"), ("uncond_fraction", "dataset.caption_dropout"), ("optimizer.lr", "optimizer.learning_rate"));
        if (foreign.Number("max_steps") is { } steps) foreign.Set("steps.max_steps", (long)steps, "max_steps");
        else if (foreign.Number("epochs") is { } epochs) foreign.Set("steps.epochs", (long)epochs, "epochs");
        if (foreign.Take("micro_batch_size_per_gpu") is { } batch) foreign.Set("steps.batch_size", Batch(batch), "micro_batch_size_per_gpu");
        if (foreign.Take("activation_checkpointing") is { } checkpointing) foreign.Set("performance.gradient_checkpointing", checkpointing.ToString() is not "false", "activation_checkpointing");
        if (foreign.Text("save_dtype") is { } saved) foreign.Set("output.precision", Type(saved), "save_dtype");
        if (foreign.Text("model.dtype") is { } computed) foreign.Set("performance.mixed_precision", Type(computed) == "float" ? "no" : Type(computed), "model.dtype");
        Dataset(foreign);
        Timestep(foreign);
        Adapter(foreign);
        Optimizer(foreign, root);
        return foreign.Report(SettingsKind.DiffusionPipe);
    }

    private static TrainingSettings Defaults { get; } = new()
    {
        // All linear layers of a block and of the adapter, and no learned-away alpha: the files have alpha = rank.
        Adapter = new() { TrainLlmAdapter = true, IncludePatterns = [".*adaln_modulation.*"] },
        Schedule = new() { Name = "constant" },
        Loss = new() { MaskNormalisation = "all" },
        Performance = new() { GradientCheckpointing = false },
        Dataset = new() { CaptionExtension = ".txt" },
    };

    /// <summary>The dataset is a file of diffusion-pipe's own, with other bucket rules than kohya's.</summary>
    private static void Dataset(ForeignSettings foreign)
    {
        if (foreign.Text("dataset") is { } dataset) foreign.Changed.Add(new("dataset-file", TrainingWords.Say("import.pipeDataset", dataset)));
    }

    private static void Timestep(ForeignSettings foreign)
    {
        double? shift = foreign.Number("model.shift");
        string sampling = foreign.Flag("model.flux_shift") == true ? "flux_shift" : shift is not null ? "shift" : "sigmoid";
        if (foreign.Text("model.timestep_sample_method") is "uniform") sampling = "uniform";
        foreign.Set("timestep.sampling", sampling, "model.timestep_sample_method");
        if (shift is { } given) foreign.Set("timestep.shift", given, "model.shift");
        foreign.Copy(("model.sigmoid_scale", "timestep.sigmoid_scale"));
        if (foreign.Number("pseudo_huber_c") is not { } c) return;
        foreign.Set("loss.type", "huber", "pseudo_huber_c");
        foreign.Set("loss.huber_c", c, "pseudo_huber_c");
    }

    private static void Adapter(ForeignSettings foreign)
    {
        if (foreign.Part<JsonObject>("adapter") is null)
        {
            foreign.Settings = foreign.Settings with { Adapter = new() { Type = "none" } };
            foreign.Copy(("model.self_attn_lr", "component_learning_rates.self_attn_lr"), ("model.cross_attn_lr", "component_learning_rates.cross_attn_lr"), ("model.mlp_lr", "component_learning_rates.mlp_lr"),
                ("model.mod_lr", "component_learning_rates.mod_lr"), ("model.llm_adapter_lr", "component_learning_rates.llm_adapter_lr"));
            return;
        }
        foreign.Copy(("adapter.type", "adapter.type"), ("adapter.dropout", "adapter.dropout"), ("adapter.init_from_existing", "adapter.continue_from"), ("adapter.decompose_factor", "adapter.lokr_factor"));
        int rank = (int)Math.Clamp(foreign.Number("adapter.rank") ?? 32, 1, 1_000_000); // "1e6": do not factor the larger half
        double? adapterRate = foreign.Number("model.llm_adapter_lr");
        var adapter = foreign.Settings.Adapter;
        foreign.Settings = foreign.Settings with
        {
            Adapter = adapter with
            {
                Rank = rank,
                Alpha = rank,
                TrainLlmAdapter = adapterRate is not 0,
                LearningRateByPattern = adapterRate is > 0 and { } rate ? [KeyValuePair.Create(".*llm_adapter.*", rate)] : null,
            },
        };
    }

    private static void Optimizer(ForeignSettings foreign, JsonObject root)
    {
        string original = foreign.Text("optimizer.type") ?? "";
        string name = original.ToLowerInvariant() switch
        {
            "adamw_optimi" or "stableadamw" => "adamw",
            "adamw8bitkahan" => "adamw8bit",
            var other => other,
        };
        var arguments = ForeignArguments.Of(root["optimizer"] as JsonObject, except: ["type", "lr", "gradient_release", "stabilize"]);
        foreach (string key in arguments.Keys) foreign.Take($"optimizer.{key}");
        foreign.Settings = foreign.Settings with { Optimizer = foreign.Settings.Optimizer with { Name = name, Original = original, Args = arguments } };
    }

    private static JsonNode Batch(JsonNode batch) => batch is JsonArray { Count: > 0 } list && list[0] is JsonArray { Count: 2 } pair ? pair[1]!.DeepClone() : batch.DeepClone();

    private static string Type(string name) => name switch { "bfloat16" => "bf16", "float16" => "fp16", "float32" => "float", _ => name };
}
