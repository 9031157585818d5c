using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

public static partial class TrainingOptions
{
    private static Func<TrainingSettings, string?> LogitNormalOnly => Only("idle.logitNormal", s => s.Timestep is { Sampling: "sigma", Weighting: "logit_normal" });

    private static Func<TrainingSettings, string?> HuberOnly => Only("idle.huber", s => s.Loss.Type is "huber" or "smooth_l1");

    private static IEnumerable<TrainingSetting> OfLength() =>
    [
        Steps.Of("max_steps", s => s.MaxSteps, (s, v) => s with { MaxSteps = v }, Count(), unit: "steps"),
        Steps.Of("epochs", s => s.Epochs, (s, v) => s with { Epochs = v }, Count(), Only("idle.maxSteps", s => s.Steps.MaxSteps is null)),
        Steps.Of("images_seen", s => s.ImagesSeen, (s, v) => s with { ImagesSeen = v }, Count(), Only("idle.length", s => s.Steps is { MaxSteps: null, Epochs: null })),
        Steps.Of("batch_size", s => s.BatchSize, (s, v) => s with { BatchSize = v }, new IntegerValues(1, 4096)),
        Steps.Of("gradient_accumulation", s => s.GradientAccumulation, (s, v) => s with { GradientAccumulation = v }, new IntegerValues(1, 100_000)),
        Steps.Of("early_stop", s => s.EarlyStop, (s, v) => s with { EarlyStop = v }, Count(1, 1000), Only("idle.validation", s => s.Validation.EverySteps != 0)),
    ];

    private static IEnumerable<TrainingSetting> OfLoss() =>
    [
        Timestep.Of("sampling", t => t.Sampling, (t, v) => t with { Sampling = v }, Words(TrainingNames.TimestepSamplings)),
        Timestep.Of("sigmoid_scale", t => t.SigmoidScale, (t, v) => t with { SigmoidScale = v }, new NumberValues(0, 100, aboveLeast: true),
            Only("idle.sigmoidScale", s => s.Timestep.Sampling is "sigmoid" or "shift" or "flux_shift")),
        Timestep.Of("shift", t => t.Shift, (t, v) => t with { Shift = v }, new NumberValues(0, 100, aboveLeast: true), Only("idle.shift", s => s.Timestep.Sampling is "shift" or "sigma")),
        Timestep.Of("weighting", t => t.Weighting, (t, v) => t with { Weighting = v }, Words(TrainingNames.Weightings),
            Only("idle.weighting", s => s.Timestep.Sampling == "sigma" || s.Timestep.Weighting is not ("logit_normal" or "mode"))),
        Timestep.Of("logit_mean", t => t.LogitMean, (t, v) => t with { LogitMean = v }, new NumberValues(-100, 100), LogitNormalOnly),
        Timestep.Of("logit_std", t => t.LogitStd, (t, v) => t with { LogitStd = v }, new NumberValues(0, 100, aboveLeast: true), LogitNormalOnly),
        Timestep.Of("mode_scale", t => t.ModeScale, (t, v) => t with { ModeScale = v }, new NumberValues(-1, 100), Only("idle.mode", s => s.Timestep is { Sampling: "sigma", Weighting: "mode" })),

        Loss.Of("type", l => l.Type, (l, v) => l with { Type = v }, Words(TrainingNames.Losses)),
        Loss.Of("huber_c", l => l.HuberC, (l, v) => l with { HuberC = v }, new NumberValues(0, 1000, aboveLeast: true), HuberOnly),
        Loss.Of("huber_schedule", l => l.HuberSchedule, (l, v) => l with { HuberSchedule = v }, Words("constant", "exponential", "snr"), HuberOnly),
        Loss.Of("huber_scale", l => l.HuberScale, (l, v) => l with { HuberScale = v }, new NumberValues(0, 1000, aboveLeast: true), HuberOnly),
        Loss.Of("masked", l => l.Masked, (l, v) => l with { Masked = v }, Flag),
        Loss.Of("alpha_mask", l => l.AlphaMask, (l, v) => l with { AlphaMask = v }, Flag),
        Loss.Of("mask_normalisation", l => l.MaskNormalisation, (l, v) => l with { MaskNormalisation = v }, Words("area", "all"), Only("idle.masked", s => s.Loss.Masked || s.Loss.AlphaMask)),
        Loss.Of("ip_noise_gamma", l => l.IpNoiseGamma, (l, v) => l with { IpNoiseGamma = v }, Maybe(Share)),
        Loss.Of("prior_loss_weight", l => l.PriorLossWeight, (l, v) => l with { PriorLossWeight = v }, new NumberValues(0, 1000),
            Only("idle.regularisation", s => s.Dataset.RegularisationFolder is not null || s.Dataset.ConfigFile is not null)),

        Validation.Of("every_steps", v => v.EverySteps, (v, n) => v with { EverySteps = n }, Count(0), unit: "steps"),
        Validation.Of("pictures", v => v.Pictures, (v, n) => v with { Pictures = n }, new IntegerValues(1, 1000), Only("idle.validation", s => s.Validation.EverySteps != 0)),
        Validation.Of("sigmas", v => v.Sigmas, (v, n) => v with { Sigmas = n }, new SigmaListValues(), Only("idle.validation", s => s.Validation.EverySteps != 0)),
    ];
}
