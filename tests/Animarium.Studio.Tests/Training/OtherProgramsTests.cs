using Animarium.Studio.Training.Imports;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>Settings of OneTrainer, ai-toolkit and diffusion-pipe; the samples have the form of those programs' own examples.</summary>
public sealed class OtherProgramsTests
{
    [Fact]
    public void OneTrainer()
    {
        var report = SettingsImport.Read("""
            {
                "__version": 10, "training_method": "LORA", "model_type": "ANIMA", "base_model_name": "circlestone-labs/Anima-Base-v1.0-Diffusers", "workspace_dir": "w", "concept_file_name": "c.json",
                "learning_rate": 3e-05, "learning_rate_scheduler": "COSINE", "learning_rate_warmup_steps": 0.05, "epochs": 20, "batch_size": 2, "resolution": "768", "train_dtype": "BFLOAT_16",
                "output_dtype": "BFLOAT_16", "output_model_destination": "out/miku.safetensors", "timestep_distribution": "LOGIT_NORMAL", "timestep_shift": 3.0, "masked_training": true,
                "normalize_masked_area_loss": true, "lora_rank": 8, "lora_alpha": 4.0, "lora_decompose": true, "save_every": 5, "save_every_unit": "EPOCH", "offset_noise_weight": 0.05,
                "transformer": { "train": true, "weight_dtype": "INT_W8A8" }, "text_encoder": { "train": false }, "layer_filter_preset": "attn-mlp",
                "optimizer": { "optimizer": "ADAMW_8BIT", "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.01, "eps": 1e-8, "fused": true, "cautious": true }
            }
            """, "ot.json");
        Assert.Equal(SettingsKind.OneTrainer, report.Kind);
        var s = report.Settings!;
        Assert.Equal(("lora", 8, 4.0, true, false), (s.Adapter.Type, s.Adapter.Rank, s.Adapter.Alpha, s.Adapter.Dora, s.Adapter.TrainTextEncoder));
        Assert.Equal(("adamw8bit", 3e-5), (s.Optimizer.Name, s.Optimizer.LearningRate));
        Assert.Equal([0.9, 0.99], (double[])s.Optimizer.Args["betas"]);
        Assert.Equal(("cosine", null, 0.05), (s.Schedule.Name, s.Schedule.WarmupSteps, s.Schedule.WarmupRatio));
        Assert.Equal(("shift", 3.0, "area", true), (s.Timestep.Sampling, s.Timestep.Shift, s.Loss.MaskNormalisation, s.Loss.Masked));
        Assert.Equal((20, 2, (768, 768), "bf16", 5), (s.Steps.Epochs!.Value, s.Steps.BatchSize, s.Dataset.Resolution!.Value, s.Performance.MixedPrecision, s.Output.SaveEveryEpochs!.Value));
        Assert.Equal(["offset_noise_weight"], report.Ineffective.Select(item => item.Key));
        Assert.Contains("workspace_dir", report.MachineOnly);
        Assert.Equal(["layer_filter_preset", "optimizer.cautious", "transformer.weight_dtype"], report.NotImported);
        Assert.Contains(report.Changed, notice => notice.Code == "concepts");
    }

    [Fact]
    public void OneTrainers_preset_for_full_fine_tuning_brings_its_own_defaults()
    {
        var s = SettingsImport.Read("""
            { "model_type": "ANIMA", "training_method": "FINE_TUNE", "learning_rate": 1e-6, "optimizer": { "optimizer": "ADAFACTOR" },
              "optimizer_defaults": { "ADAFACTOR": { "optimizer": "ADAFACTOR", "relative_step": false, "decay_rate": -0.8, "weight_decay": 0.0 } } }
            """, "ot.json").Settings!;
        Assert.True(s.IsFullFineTuning);
        Assert.Equal(("adafactor", false, "constant_with_warmup", 200), (s.Optimizer.Name, (bool)s.Optimizer.Args["relative_step"], s.Schedule.Name, s.Schedule.WarmupSteps!.Value));
    }

    [Fact]
    public void AiToolkit()
    {
        var report = SettingsImport.Read("""
            ---
            job: extension
            config:
              name: "my_anima_lora" # the file's name
              process:
                - type: 'sd_trainer'
                  training_folder: "output"
                  device: cuda:0
                  trigger_word: "p3r5on"
                  network: { type: "lora", linear: 32, linear_alpha: 16 }
                  save: { dtype: float16, save_every: 250, max_step_saves_to_keep: 4 }
                  datasets:
                    - folder_path: "/pictures/a"
                      caption_ext: "txt"
                      caption_dropout_rate: 0.05
                      shuffle_tokens: true
                      cache_latents_to_disk: true
                      resolution: [ 512, 768 ]
                  train:
                    batch_size: 2
                    steps: 2000
                    gradient_accumulation: 4
                    train_unet: true
                    train_text_encoder: false
                    timestep_type: "sigmoid"
                    optimizer: "adamw8bit"
                    optimizer_params: { weight_decay: 1e-4 }
                    lr: 1e-4
                    dtype: bf16
                    ema_config: { use_ema: true, ema_decay: 0.99 }
                    blank_prompt_preservation: true
                  model: { name_or_path: "circlestone-labs/Anima", arch: "anima", quantize: true }
                  sample:
                    sample_every: 250
                    width: 1024
                    seed: 42
                    prompts: [ "[trigger] at the sea" ]
            """, "job.yaml");
        Assert.Equal(SettingsKind.AiToolkit, report.Kind);
        var s = report.Settings!;
        Assert.Equal(("lora", 32, 16.0, "my_anima_lora", "p3r5on"), (s.Adapter.Type, s.Adapter.Rank, s.Adapter.Alpha, s.Output.Name, s.Dataset.Trigger));
        Assert.Equal((2000, 2, 4, 1e-4, 0.99), (s.Steps.MaxSteps!.Value, s.Steps.BatchSize, s.Steps.GradientAccumulation, s.Optimizer.LearningRate, s.Ema.Decay!.Value));
        Assert.Equal((250, 4, "fp16", "bf16", "/pictures/a"), (s.Output.SaveEverySteps!.Value, s.Output.KeepCheckpoints!.Value, s.Output.Precision, s.Performance.MixedPrecision, s.Dataset.TrainFolder));
        Assert.Equal("p3r5on at the sea --w 1024 --d 42", Assert.Single(s.Sampling.Prompts!));
        Assert.Equal([512, 768], report.Datasets!.Select(dataset => dataset.Resolution.Width));
        Assert.All(report.Datasets!, dataset => Assert.True(Assert.Single(dataset.Subsets).Caption.Shuffle));
        Assert.Equal(["config.process[0].train.blank_prompt_preservation"], report.NotImported);
        Assert.Contains("config.process[0].model.quantize", report.MachineOnly);
    }

    [Fact]
    public void DiffusionPipe()
    {
        var report = SettingsImport.Read("""
            output_dir = '/data/runs'
            dataset = 'examples/dataset.toml'
            epochs = 50
            micro_batch_size_per_gpu = [[512, 4], [1024, 1]]
            pipeline_stages = 1
            gradient_clipping = 1.0
            warmup_steps = 100
            save_every_n_epochs = 2
            activation_checkpointing = 'unsloth'
            save_dtype = 'bfloat16'
            future_option = 1
            [model]
            type = 'anima'
            transformer_path = '/m/anima.safetensors'
            vae_path = '/m/vae.safetensors'
            llm_path = '/m/qwen.safetensors'
            dtype = 'bfloat16'
            llm_adapter_lr = 0
            shift = 3
            [adapter]
            type = 'lora'
            rank = 32
            dtype = 'bfloat16'
            [optimizer]
            type = 'adamw_optimi'
            lr = 2e-5
            betas = [0.9, 0.99]
            weight_decay = 0.01
            """, "dp.toml");
        Assert.Equal(SettingsKind.DiffusionPipe, report.Kind);
        var s = report.Settings!;
        Assert.Equal(("lora", 32, 32.0, false), (s.Adapter.Type, s.Adapter.Rank, s.Adapter.Alpha, s.Adapter.TrainLlmAdapter));
        Assert.Equal(("/m/anima.safetensors", "/m/qwen.safetensors", "/m/vae.safetensors"), (s.Model.Transformer, s.Model.TextEncoder, s.Model.Vae));
        Assert.Equal(("adamw", 2e-5, 50, 4, 100), (s.Optimizer.Name, s.Optimizer.LearningRate, s.Steps.Epochs!.Value, s.Steps.BatchSize, s.Schedule.WarmupSteps!.Value));
        Assert.Equal(("shift", 3.0, true, "bf16"), (s.Timestep.Sampling, s.Timestep.Shift, s.Performance.GradientCheckpointing, s.Output.Precision));
        Assert.Equal(["adapter.dtype", "future_option"], report.NotImported);
        Assert.Equal(["pipeline_stages"], report.MachineOnly);
        Assert.Contains(report.Changed, notice => notice.Code == "dataset-file");
    }

    [Theory]
    [InlineData("a.toml", "[model]\ntype = 'sdxl'\n[optimizer]\ntype = 'adamw'\nlr = 1e-4")]
    [InlineData("a.json", "{ \"model_type\": \"FLUX_DEV_1\", \"training_method\": \"LORA\" }")]
    [InlineData("a.yaml", "config:\n  process:\n    - model:\n        arch: flux")]
    [InlineData("a.json", "{ \"LoRA_type\": \"Standard\", \"pretrained_model_name_or_path\": \"x\", \"anima_checkbox\": false, \"sdxl\": true }")]
    public void Files_for_other_models_are_refused(string file, string text)
    {
        var report = SettingsImport.Read(text, file);
        Assert.Equal(("wrong_base", null), (report.Code, report.Settings));
        Assert.Contains("Anima", report.Message, StringComparison.Ordinal);
    }
}
