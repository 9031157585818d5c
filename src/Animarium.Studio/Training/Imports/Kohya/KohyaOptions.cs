using System.Collections.Frozen;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>What becomes of an option of sd-scripts.</summary>
internal enum OptionFate
{
    /// <summary>It becomes one of our settings.</summary>
    Taken,

    /// <summary>It is about the machine alone.</summary>
    Machine,

    /// <summary>The Anima trainer does not use it.</summary>
    OtherModels,

    /// <summary>It has no counterpart here.</summary>
    Left,
}

/// <summary>An option of sd-scripts' Anima trainers (2026-02).</summary>
/// <param name="Name">Without hyphens.</param>
/// <param name="Fate">What becomes of it.</param>
/// <param name="Values">How many values it takes: 0 for a flag, 1, or -1 for several.</param>
/// <param name="Setting">The <see cref="Settings.TrainingSetting.Key"/> it stands for; null: it takes more than a copy.</param>
internal sealed record KohyaOption(string Name, OptionFate Fate, int Values, string? Setting = null);

/// <summary>Every option that sd-scripts' <c>anima_train_network.py</c> and <c>anima_train.py</c> know.</summary>
internal static class KohyaOptions
{
    private static readonly (string Option, string Setting)[] Flags =
    [
        ("alpha_mask", "loss.alpha_mask"), ("bucket_no_upscale", "dataset.no_upscale"), ("cache_latents", "performance.cache_latents"), ("cache_latents_to_disk", "performance.cache_latents_to_disk"),
        ("cache_text_encoder_outputs", "performance.cache_text"), ("cache_text_encoder_outputs_to_disk", "performance.cache_text_to_disk"), ("color_aug", "dataset.color_aug"),
        ("enable_bucket", "dataset.buckets"), ("enable_wildcard", "dataset.wildcard"), ("flip_aug", "dataset.flip"), ("full_bf16", "performance.full_bf16"), ("full_fp16", "performance.full_fp16"),
        ("gradient_checkpointing", "performance.gradient_checkpointing"), ("masked_loss", "loss.masked"), ("random_crop", "dataset.random_crop"), ("sample_at_first", "sampling.at_first"),
        ("save_state", "output.save_state"), ("shuffle_caption", "dataset.shuffle"),
    ];

    private static readonly (string Option, string Setting)[] Single =
    [
        ("pretrained_model_name_or_path", "model.transformer"), ("qwen3", "model.text_encoder"), ("vae", "model.vae"), ("llm_adapter_path", "model.llm_adapter"),
        ("network_dim", "adapter.rank"), ("network_alpha", "adapter.alpha"), ("network_dropout", "adapter.dropout"), ("network_weights", "adapter.continue_from"), ("scale_weight_norms", "adapter.max_norm"),
        ("self_attn_lr", "component_learning_rates.self_attn_lr"), ("cross_attn_lr", "component_learning_rates.cross_attn_lr"), ("mlp_lr", "component_learning_rates.mlp_lr"),
        ("mod_lr", "component_learning_rates.mod_lr"), ("llm_adapter_lr", "component_learning_rates.llm_adapter_lr"), ("max_grad_norm", "optimizer.max_grad_norm"),
        ("lr_scheduler_num_cycles", "schedule.cycles"), ("lr_scheduler_power", "schedule.power"), ("lr_scheduler_min_lr_ratio", "schedule.min_lr_ratio"),
        ("lr_scheduler_timescale", "schedule.timescale"), ("train_batch_size", "steps.batch_size"), ("gradient_accumulation_steps", "steps.gradient_accumulation"),
        ("timestep_sampling", "timestep.sampling"), ("sigmoid_scale", "timestep.sigmoid_scale"), ("discrete_flow_shift", "timestep.shift"), ("weighting_scheme", "timestep.weighting"),
        ("logit_mean", "timestep.logit_mean"), ("logit_std", "timestep.logit_std"), ("mode_scale", "timestep.mode_scale"), ("loss_type", "loss.type"), ("huber_c", "loss.huber_c"),
        ("huber_schedule", "loss.huber_schedule"), ("huber_scale", "loss.huber_scale"), ("ip_noise_gamma", "loss.ip_noise_gamma"), ("prior_loss_weight", "loss.prior_loss_weight"),
        ("validate_every_n_steps", "validation.every_steps"), ("validation_split", "dataset.validation_split"), ("dataset_config", "dataset.config_file"), ("train_data_dir", "dataset.train_folder"),
        ("reg_data_dir", "dataset.regularisation_folder"), ("resolution", "dataset.resolution"), ("min_bucket_reso", "dataset.min_bucket"), ("max_bucket_reso", "dataset.max_bucket"),
        ("bucket_reso_steps", "dataset.bucket_step"), ("dataset_repeats", "dataset.repeats"), ("caption_extension", "dataset.caption_extension"), ("caption_extention", "dataset.caption_extension"),
        ("keep_tokens", "dataset.keep_tokens"), ("keep_tokens_separator", "dataset.keep_tokens_separator"), ("secondary_separator", "dataset.secondary_separator"),
        ("caption_separator", "dataset.caption_separator"), ("caption_prefix", "dataset.caption_prefix"), ("caption_suffix", "dataset.caption_suffix"),
        ("caption_dropout_rate", "dataset.caption_dropout"), ("caption_dropout_every_n_epochs", "dataset.caption_dropout_every_epochs"), ("caption_tag_dropout_rate", "dataset.tag_dropout"),
        ("token_warmup_min", "dataset.token_warmup_min"), ("token_warmup_step", "dataset.token_warmup_step"), ("resize_interpolation", "dataset.resize_interpolation"),
        ("blocks_to_swap", "performance.blocks_to_swap"), ("mixed_precision", "performance.mixed_precision"), ("output_dir", "output.directory"), ("output_name", "output.name"),
        ("save_every_n_epochs", "output.save_every_epochs"), ("save_every_n_steps", "output.save_every_steps"), ("save_precision", "output.precision"), ("training_comment", "output.comment"),
        ("resume", "output.resume"), ("sample_prompts", "sampling.prompts_file"), ("sample_every_n_epochs", "sampling.every_epochs"), ("sample_every_n_steps", "sampling.every_steps"), ("seed", "seed"),
    ];

    /// <summary>Taken, but more than a copy: <see cref="KohyaReader"/> knows them by name.</summary>
    private const string OwnFlags = "network_train_unet_only network_train_text_encoder_only use_8bit_adam use_lion_optimizer";

    private const string OwnValues = "learning_rate unet_lr optimizer_type lr_scheduler lr_scheduler_type lr_warmup_steps lr_decay_steps max_train_epochs max_train_steps network_module";

    private const string OwnLists = "network_args optimizer_args lr_scheduler_args text_encoder_lr";

    private const string MachineFlags = """
        async_upload cache_info console_log_simple cpu_offload_checkpointing ddp_gradient_as_bucket_view ddp_static_graph debug_dataset deepspeed disable_mmap_load_safetensors
        fp16_master_weights_and_gradients fused_backward_pass highvram log_config lowram mem_eff_attn output_config persistent_data_loader_workers resume_from_huggingface save_state_to_huggingface
        sdpa skip_cache_check skip_latents_validity_check split_attn torch_compile unsloth_offload_checkpointing use_safetensors vae_disable_cache xformers zero3_init_flag zero3_save_16bit_model
        """;

    private const string MachineValues = """
        attn_mode console_log_file console_log_level ddp_timeout dynamo_backend huggingface_path_in_repo huggingface_repo_id huggingface_repo_type huggingface_repo_visibility huggingface_token
        log_prefix log_tracker_config log_tracker_name log_with logging_dir max_data_loader_n_workers offload_optimizer_device offload_optimizer_nvme_path offload_param_device offload_param_nvme_path
        save_model_as t5_tokenizer_path text_encoder_batch_size tokenizer_cache_dir vae_batch_size vae_chunk_size wandb_api_key wandb_run_name zero_stage
        """;

    private const string OtherFlags = """
        debiased_estimation_loss fp8_base fp8_base_unet no_half_vae noise_offset_random_strength scale_v_pred_loss_like_noise_pred v2 v_parameterization weighted_captions zero_terminal_snr
        """;

    private const string OtherValues = """
        adaptive_noise_scale clip_skip max_timestep max_token_length min_snr_gamma min_timestep multires_noise_discount multires_noise_iterations noise_offset v_pred_like_loss
        """;

    private const string LeftFlags = "dim_from_weights ip_noise_gamma_random_strength no_metadata save_state_on_train_end skip_until_initial_step";

    private const string LeftValues = """
        conditioning_data_dir config_file dataset_class face_crop_aug_range in_json initial_epoch initial_step max_validation_steps metadata_author metadata_description
        metadata_is_negative_embedding metadata_license metadata_merged_from metadata_preprocessor metadata_tags metadata_thumbnail metadata_title metadata_trigger_phrase metadata_usage_hint
        qwen3_max_token_length sample_sampler save_last_n_epochs save_last_n_epochs_state save_last_n_steps save_last_n_steps_state save_n_epoch_ratio t5_max_token_length validate_every_n_epochs
        validation_seed
        """;

    private const string LeftLists = "base_weights base_weights_multiplier";

    private static readonly FrozenDictionary<string, KohyaOption> ByName = new[]
    {
        Flags.Select(row => new KohyaOption(row.Option, OptionFate.Taken, 0, row.Setting)), Single.Select(row => new KohyaOption(row.Option, OptionFate.Taken, 1, row.Setting)),
        Named(OwnFlags, OptionFate.Taken, 0), Named(OwnValues, OptionFate.Taken, 1), Named(OwnLists, OptionFate.Taken, -1), Named(MachineFlags, OptionFate.Machine, 0),
        Named(MachineValues, OptionFate.Machine, 1), Named(OtherFlags, OptionFate.OtherModels, 0), Named(OtherValues, OptionFate.OtherModels, 1), Named(LeftFlags, OptionFate.Left, 0),
        Named(LeftValues, OptionFate.Left, 1), Named(LeftLists, OptionFate.Left, -1),
    }.SelectMany(options => options).ToFrozenDictionary(option => option.Name, StringComparer.Ordinal);

    /// <summary>Every name.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The option of this name; null if sd-scripts has none.</summary>
    public static KohyaOption? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The option that stands for one of our settings; null if there is none.</summary>
    public static string? NameOf(string setting) => Flags.Concat(Single).FirstOrDefault(row => row.Setting == setting).Option;

    private static IEnumerable<KohyaOption> Named(string names, OptionFate fate, int values) =>
        names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(name => new KohyaOption(name, fate, values));
}
