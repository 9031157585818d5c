using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

public static partial class TrainingOptions
{
    private static Func<TrainingSettings, string?> SamplesOnly => Only("idle.samples", s => s.Sampling.EveryEpochs is not null || s.Sampling.EverySteps is not null || s.Sampling.AtFirst);

    private static IEnumerable<TrainingSetting> OfMachine() =>
    [
        Performance.Of("device", p => p.Device, (p, v) => p with { Device = v }, (KnobValues<string>)Knobs.Of("device").Values),
        Performance.Of("threads", p => p.Threads, (p, v) => p with { Threads = v }, new IntegerValues(0, 1024)),
        Performance.Of("mixed_precision", p => p.MixedPrecision, (p, v) => p with { MixedPrecision = v }, Words("auto", "no", "bf16", "fp16")),
        Performance.Of("full_bf16", p => p.FullBf16, (p, v) => p with { FullBf16 = v }, Flag, _ => "idle.fullPrecision"),
        Performance.Of("full_fp16", p => p.FullFp16, (p, v) => p with { FullFp16 = v }, Flag, _ => "idle.fullPrecision"),
        Performance.Of("gradient_checkpointing", p => p.GradientCheckpointing, (p, v) => p with { GradientCheckpointing = v }, Flag),
        Performance.Of("blocks_to_swap", p => p.BlocksToSwap, (p, v) => p with { BlocksToSwap = v }, Count(0, 1000)),
        Performance.Of("cache_latents", p => p.CacheLatents, (p, v) => p with { CacheLatents = v }, Flag),
        Performance.Of("cache_latents_to_disk", p => p.CacheLatentsToDisk, (p, v) => p with { CacheLatentsToDisk = v }, Flag, Only("idle.cacheLatents", s => s.Performance.CacheLatents)),
        Performance.Of("cache_text", p => p.CacheText, (p, v) => p with { CacheText = v }, Flag, Only("idle.cacheText", s => !s.Adapter.TrainTextEncoder || s.IsFullFineTuning)),
        Performance.Of("cache_text_to_disk", p => p.CacheTextToDisk, (p, v) => p with { CacheTextToDisk = v }, Flag, Only("idle.cacheTextOff", s => s.Performance.CacheText)),
        Performance.Of("text_variants", p => p.TextVariants, (p, v) => p with { TextVariants = v }, new IntegerValues(1, 1000),
            Only("idle.textVariants", s => s.Performance.CacheText && (s.Dataset.Shuffle || s.Dataset.TagDropout > 0 || s.Dataset.Wildcard || s.Dataset.ConfigFile is not null))),
    ];

    private static IEnumerable<TrainingSetting> OfOutput() =>
    [
        Output.Of("directory", o => o.Directory, (o, v) => o with { Directory = v }, Path),
        Output.Of("name", o => o.Name, (o, v) => o with { Name = v }, new OptionalTextValues(200)),
        Output.Of("save_every_epochs", o => o.SaveEveryEpochs, (o, v) => o with { SaveEveryEpochs = v }, Count()),
        Output.Of("save_every_steps", o => o.SaveEverySteps, (o, v) => o with { SaveEverySteps = v }, Count(), unit: "steps"),
        Output.Of("keep_checkpoints", o => o.KeepCheckpoints, (o, v) => o with { KeepCheckpoints = v }, Count()),
        Output.Of("precision", o => o.Precision, (o, v) => o with { Precision = v }, new OptionalWordValues("bf16", "fp16", "float")),
        Output.Of("comment", o => o.Comment, (o, v) => o with { Comment = v }, Text),
        Output.Of("save_state", o => o.SaveState, (o, v) => o with { SaveState = v }, Flag),
        Output.Of("resume", o => o.Resume, (o, v) => o with { Resume = v }, Path),
        Output.Of("strip_paths", o => o.StripPaths, (o, v) => o with { StripPaths = v }, Flag),
        Output.Of("tensorboard", o => o.Tensorboard, (o, v) => o with { Tensorboard = v }, Flag),

        Sampling.Of("prompts_file", s => s.PromptsFile, (s, v) => s with { PromptsFile = v }, Path, SamplesOnly),
        Sampling.Of("prompts", s => s.Prompts, (s, v) => s with { Prompts = v }, new TextListValues(100, patterns: false), s => s.Sampling.PromptsFile is not null ? "idle.promptsFile" : SamplesOnly(s)),
        Sampling.Of("every_epochs", s => s.EveryEpochs, (s, v) => s with { EveryEpochs = v }, Count()),
        Sampling.Of("every_steps", s => s.EverySteps, (s, v) => s with { EverySteps = v }, Count(), unit: "steps"),
        Sampling.Of("at_first", s => s.AtFirst, (s, v) => s with { AtFirst = v }, Flag),
    ];
}
