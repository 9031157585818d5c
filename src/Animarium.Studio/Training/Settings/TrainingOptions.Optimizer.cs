using Animarium.Diffusion.Training.Optimizers;
using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

public static partial class TrainingOptions
{
    private static Func<TrainingSettings, string?> EmaOnly => Only("idle.ema", s => s.Ema.Decay is not null);

    private static Func<TrainingSettings, string?> EmaWarmupOnly => Only("idle.emaWarmup", s => s.Ema is { Decay: not null, Warmup: true });

    private static Func<TrainingSettings, string?> WithWarmup => Only("idle.constant", s => s.Schedule.Name is not ("constant" or "piecewise_constant" or "adafactor"));

    private static Func<TrainingSettings, string?> WithDecay => Only("idle.decay", s => s.Schedule.Name == "warmup_stable_decay");

    private static IEnumerable<TrainingSetting> OfOptimizer() =>
    [
        Optimizer.Of("name", o => o.Name, (o, v) => o with { Name = v },
            new NamedValues(TrainingNames.Optimizers, name => OptimizerKinds.Find(name).Name.ToLowerInvariant())),
        Optimizer.Of("original", o => o.Original, (o, v) => o with { Original = v }, Text),
        Optimizer.Of("learning_rate", o => o.LearningRate, (o, v) => o with { LearningRate = v }, Rate),
        Optimizer.Of("text_encoder_learning_rate", o => o.TextEncoderLearningRate, (o, v) => o with { TextEncoderLearningRate = v }, Maybe(Rate),
            Only("idle.textEncoder", s => s.Adapter.TrainTextEncoder)),
        Optimizer.Of("args", o => o.Args, (o, v) => o with { Args = v }, new ArgumentValues()),
        Optimizer.Of("max_grad_norm", o => o.MaxGradNorm, (o, v) => o with { MaxGradNorm = v }, new NumberValues(0, 1_000_000)),

        Schedule.Of("name", s => s.Name, (s, v) => s with { Name = v }, Words(TrainingNames.Schedules)),
        Schedule.Of("type", s => s.Type, (s, v) => s with { Type = v }, Text),
        Schedule.Of("args", s => s.Args, (s, v) => s with { Args = v }, new ArgumentValues()),
        Schedule.Of("warmup_steps", s => s.WarmupSteps, (s, v) => s with { WarmupSteps = v }, Count(0), WithWarmup, "steps"),
        Schedule.Of("warmup_ratio", s => s.WarmupRatio, (s, v) => s with { WarmupRatio = v }, Maybe(Share), s => s.Schedule.WarmupSteps > 0 ? "idle.warmupSteps" : WithWarmup(s)),
        Schedule.Of("decay_steps", s => s.DecaySteps, (s, v) => s with { DecaySteps = v }, Count(0), WithDecay, "steps"),
        Schedule.Of("decay_ratio", s => s.DecayRatio, (s, v) => s with { DecayRatio = v }, Maybe(Share), WithDecay),
        Schedule.Of("cycles", s => s.Cycles, (s, v) => s with { Cycles = v }, new IntegerValues(1, 10_000), Only("idle.cycles", s => s.Schedule.Name is "cosine_with_restarts")),
        Schedule.Of("power", s => s.Power, (s, v) => s with { Power = v }, new NumberValues(0, 1000), Only("idle.power", s => s.Schedule.Name == "polynomial")),
        Schedule.Of("min_lr_ratio", s => s.MinLrRatio, (s, v) => s with { MinLrRatio = v }, Maybe(Share),
            Only("idle.minLr", s => s.Schedule.Name is "cosine_with_min_lr" or "warmup_stable_decay")),
        Schedule.Of("timescale", s => s.Timescale, (s, v) => s with { Timescale = v }, Count(), Only("idle.timescale", s => s.Schedule.Name == "inverse_sqrt"), "steps"),

        Ema.Of("decay", e => e.Decay, (e, v) => e with { Decay = v }, Maybe(Share)),
        Ema.Of("warmup", e => e.Warmup, (e, v) => e with { Warmup = v }, Flag, EmaOnly),
        Ema.Of("inv_gamma", e => e.InvGamma, (e, v) => e with { InvGamma = v }, new NumberValues(0, 1_000_000, aboveLeast: true), EmaWarmupOnly),
        Ema.Of("power", e => e.Power, (e, v) => e with { Power = v }, new NumberValues(0, 10, aboveLeast: true), EmaWarmupOnly),
        Ema.Of("after_steps", e => e.AfterSteps, (e, v) => e with { AfterSteps = v }, new IntegerValues(0, ManySteps), EmaOnly, "steps"),
    ];
}
