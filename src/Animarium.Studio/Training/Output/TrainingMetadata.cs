using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Animarium.Studio.Training.Output;

/// <summary>
/// The header of a trained LoRA: every <c>ss_</c> entry that sd-scripts writes, which model managers and sites read, and the <c>modelspec.</c> entries
/// of Stability AI's ModelSpec. Hashes are added by <see cref="Diffusion.Lora.LoraWriter"/>, who knows the bytes.
/// </summary>
public static class TrainingMetadata
{
    /// <summary>The entries for a file.</summary>
    /// <param name="facts">What is known about the training.</param>
    /// <param name="withoutPaths">
    /// Of everything that is a path, only the last name is written; in comment, optimizer and arguments too. Home folders tell people's names.
    /// </param>
    public static IReadOnlyDictionary<string, string> Of(TrainingFacts facts, bool withoutPaths = true)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var shown = new Disclosure(withoutPaths);
        var entries = new Dictionary<string, object?>
        {
            ["ss_session_id"] = facts.SessionId,
            ["ss_training_started_at"] = Seconds(facts.StartedAt),
            ["ss_training_finished_at"] = Seconds(facts.FinishedAt),
            ["ss_output_name"] = facts.OutputName,
            ["ss_training_comment"] = facts.Comment is { } comment ? shown.Text(comment) : null,
            ["ss_seed"] = facts.Seed,
            ["ss_base_model_version"] = "anima",
            ["ss_sd_model_name"] = Name(facts.BaseModel, shown),
            ["ss_sd_model_hash"] = facts.BaseModel?.Hash?.AutoV1.ToLowerInvariant(),
            ["ss_new_sd_model_hash"] = facts.BaseModel?.Hash?.Sha256,
            ["ss_vae_name"] = Name(facts.Vae, shown),
            ["ss_vae_hash"] = facts.Vae?.Hash?.AutoV1.ToLowerInvariant(),
            ["ss_new_vae_hash"] = facts.Vae?.Hash?.Sha256,
            ["ss_steps"] = facts.Progress.Step,
            ["ss_max_train_steps"] = facts.Progress.Steps,
            ["ss_epoch"] = facts.Progress.Epoch,
            ["ss_num_epochs"] = facts.Progress.Epochs,
            ["ss_num_batches_per_epoch"] = facts.Progress.BatchesPerEpoch,
        };
        foreach (var (key, value) in Network(facts.Network, shown)) entries[key] = value;
        foreach (var (key, value) in Optimization(facts.Optimization, shown)) entries[key] = value;
        foreach (var (key, value) in Loss(facts.Loss)) entries[key] = value;
        foreach (var (key, value) in DatasetMetadata.Of(facts.Datasets, facts.Optimization.Accumulation, shown)) entries[key] = value;
        foreach (string key in NotInAnima.None) entries[key] = null;
        foreach (string key in NotInAnima.False) entries[key] = false;
        var texts = entries.ToDictionary(entry => entry.Key, entry => PythonText.Of(entry.Value));
        foreach (var (key, value) in ModelSpec.Of(facts)) texts[key] = value;
        return texts;
    }

    private static IEnumerable<(string, object?)> Network(NetworkFacts network, Disclosure shown) =>
    [
        ("ss_network_module", network.Module), ("ss_network_dim", network.Rank), ("ss_network_alpha", network.Alpha), ("ss_network_dropout", network.Dropout),
        ("ss_network_args", new JsonObject(network.Args.Select(arg => KeyValuePair.Create(arg.Key, (JsonNode?)JsonValue.Create(shown.Text(arg.Value)))))),
        ("ss_scale_weight_norms", network.MaxNorm),
    ];

    private static IEnumerable<(string, object?)> Optimization(OptimizationFacts facts, Disclosure shown) =>
    [
        ("ss_learning_rate", facts.LearningRate), ("ss_unet_lr", facts.TransformerRate), ("ss_text_encoder_lr", facts.TextEncoderRate),
        ("ss_optimizer", shown.Text(facts.Optimizer)), ("ss_lr_scheduler", facts.Scheduler), ("ss_lr_warmup_steps", facts.WarmupSteps), ("ss_max_grad_norm", facts.MaxGradNorm ?? 0.0),
        ("ss_gradient_accumulation_steps", facts.Accumulation), ("ss_gradient_checkpointing", facts.Checkpointing), ("ss_mixed_precision", facts.MixedPrecision),
    ];

    private static IEnumerable<(string, object?)> Loss(LossFacts loss) =>
    [
        ("ss_loss_type", loss.Type), ("ss_huber_c", loss.HuberC), ("ss_huber_scale", loss.HuberScale), ("ss_huber_schedule", loss.HuberSchedule),
        ("ss_weighting_scheme", loss.WeightingScheme), ("ss_timestep_sampling", loss.TimestepSampling), ("ss_sigmoid_scale", loss.SigmoidScale),
        ("ss_discrete_flow_shift", loss.FlowShift), ("ss_logit_mean", loss.LogitMean), ("ss_logit_std", loss.LogitStd), ("ss_mode_scale", loss.ModeScale),
        ("ss_ip_noise_gamma", loss.InputPerturbation), ("ss_prior_loss_weight", loss.PriorLossWeight),
    ];

    private static string? Name(ModelFile? model, Disclosure shown) => model is null ? null : shown.Path(model.Path);

    // Unix time with its fraction, as time.time() gives it.
    private static double Seconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).TotalSeconds;
}

/// <summary>Entries of what sd-scripts can do for other models and nobody does for Anima here; readers expect them all the same.</summary>
internal static class NotInAnima
{
    public static readonly string[] None =
    [
        "ss_adaptive_noise_scale", "ss_clip_skip", "ss_face_crop_aug_range", "ss_max_token_length", "ss_min_snr_gamma", "ss_multires_noise_discount", "ss_multires_noise_iterations",
        "ss_noise_offset", "ss_sd_scripts_commit_hash", "ss_max_validation_steps", "ss_validate_every_n_epochs", "ss_validate_every_n_steps", "ss_validation_seed",
    ];

    public static readonly string[] False =
    [
        "ss_debiased_estimation", "ss_fp8_base", "ss_fp8_base_unet", "ss_full_fp16", "ss_ip_noise_gamma_random_strength", "ss_lowram", "ss_noise_offset_random_strength", "ss_v2", "ss_zero_terminal_snr",
    ];
}
