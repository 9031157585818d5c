using System.Globalization;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Studio.Generation;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Run;

/// <summary>From the settings of people to the terms of the engine.</summary>
internal static class EngineTerms
{
    /// <summary>Whether the text encoder is trained: a rate of 0 means that it is not.</summary>
    public static bool TrainsTextEncoder(this TrainingSettings settings) => settings.Adapter.TrainTextEncoder && settings.Optimizer.TextEncoderLearningRate != 0;

    /// <summary>What is trained.</summary>
    public static AdapterOptions EngineAdapter(this TrainingSettings settings)
    {
        var adapter = settings.Adapter;
        return new()
        {
            Kind = adapter.Type switch
            {
                "lora" => adapter.Dora ? AdapterKind.Dora : AdapterKind.Lora,
                "loha" => AdapterKind.Loha,
                "lokr" => AdapterKind.Lokr,
                var other => throw new ArgumentOutOfRangeException(nameof(settings), other, "No adapter of this name."),
            },
            Rank = adapter.Rank,
            Alpha = adapter.Alpha > 0 ? adapter.Alpha : null,
            RankStabilized = adapter.Rslora,
            Dropout = adapter.Dropout ?? 0,
            RankDropout = adapter.RankDropout ?? 0,
            ModuleDropout = adapter.ModuleDropout ?? 0,
            MinRank = adapter.TloraMinRank,
            MinRankExponent = adapter.TloraExponent,
            TrainTransformer = adapter.TrainTransformer,
            TrainTextAdapter = adapter.TrainLlmAdapter,
            TrainTextEncoder = settings.TrainsTextEncoder(),
            Exclude = adapter.ExcludePatterns ?? [],
            Include = adapter.IncludePatterns ?? [],
            RankByPattern = adapter.RankByPattern ?? [],
            LearningRate = settings.Optimizer.LearningRate,
            TextEncoderLearningRate = settings.TrainsTextEncoder() ? settings.Optimizer.TextEncoderLearningRate : null,
            LearningRateByPattern = adapter.LearningRateByPattern ?? [],
            LoraPlusRatio = adapter.LoraplusRatio ?? 1,
            Factor = adapter.LokrFactor ?? -1,
            DoraThroughNorm = adapter.DoraNorm == "differentiated",
        };
    }

    /// <summary>What is trained where the model itself is.</summary>
    public static WeightOptions EngineWeights(this TrainingSettings settings)
    {
        var rates = settings.ComponentLearningRates;
        (string Pattern, double? Rate)[] parts =
        [
            (@"blocks\.\d+\.self_attn\..*", rates.SelfAttnLr), (@"blocks\.\d+\.cross_attn\..*", rates.CrossAttnLr), (@"blocks\.\d+\.mlp\..*", rates.MlpLr),
            (@".*adaln_modulation.*", rates.ModLr), (@"llm_adapter\..*", rates.LlmAdapterLr > 0 ? rates.LlmAdapterLr : null),
        ];
        return new()
        {
            TrainTransformer = settings.Adapter.TrainTransformer,
            TrainTextAdapter = settings.Adapter.TrainLlmAdapter || rates.LlmAdapterLr > 0,
            TrainTextEncoder = settings.TrainsTextEncoder(),
            Exclude = [.. settings.Adapter.ExcludePatterns ?? [], .. parts.Where(part => part.Rate == 0).Select(part => part.Pattern)],
            LearningRate = settings.Optimizer.LearningRate,
            TextEncoderLearningRate = settings.TrainsTextEncoder() ? settings.Optimizer.TextEncoderLearningRate : null,
            LearningRateByPattern = [.. settings.Adapter.LearningRateByPattern ?? [], .. parts.Where(part => part.Rate > 0).Select(part => KeyValuePair.Create(part.Pattern, part.Rate!.Value))],
        };
    }

    /// <summary>What is minimised.</summary>
    public static LossOptions EngineLoss(this TrainingSettings settings)
    {
        var loss = settings.Loss;
        return new()
        {
            Kind = loss.Type switch { "l1" => LossKind.L1, "huber" => LossKind.Huber, "smooth_l1" => LossKind.SmoothL1, _ => LossKind.L2 },
            Weighting = settings.Timestep.Weighting switch { "sigma_sqrt" => LossWeighting.SigmaSqrt, "cosmap" => LossWeighting.Cosmap, _ => LossWeighting.None },
            HuberSchedule = loss.HuberSchedule == "exponential" ? HuberSchedule.Exponential : HuberSchedule.Constant,
            HuberC = loss.HuberC,
            HuberScale = loss.HuberScale,
            MaskNormalization = loss.MaskNormalisation == "all" ? MaskNormalization.Picture : MaskNormalization.Area,
            IpNoiseGamma = loss.IpNoiseGamma ?? 0,
            PriorWeight = loss.PriorLossWeight,
        };
    }

    /// <summary>Which noise levels are trained.</summary>
    public static SigmaSampling EngineSampling(this TrainingSettings settings)
    {
        var timestep = settings.Timestep;
        return new()
        {
            Mode = timestep.Sampling switch
            {
                "shift" => SigmaMode.Shift, "flux_shift" => SigmaMode.FluxShift, "uniform" => SigmaMode.Uniform, "sigma" => SigmaMode.Sigma, _ => SigmaMode.Sigmoid,
            },
            SigmoidScale = timestep.SigmoidScale,
            Shift = timestep.Shift,
            Density = timestep.Weighting switch { "logit_normal" => SigmaDensity.LogitNormal, "mode" => SigmaDensity.Mode, _ => SigmaDensity.None },
            LogitMean = timestep.LogitMean,
            LogitStd = timestep.LogitStd,
            ModeScale = timestep.ModeScale,
        };
    }

    /// <summary>What the optimizer is told, as users write it.</summary>
    public static IReadOnlyDictionary<string, string> Arguments(this TrainingSettings settings) => settings.Optimizer.Args.ToDictionary(argument => argument.Key, argument => argument.Value switch
    {
        bool flag => flag ? "True" : "False",
        double[] numbers => string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    });

    /// <summary>How the average follows.</summary>
    public static WeightAverageOptions Averaging(this TrainingSettings settings) => new()
    {
        Decay = settings.Ema.Decay!.Value, UseWarmup = settings.Ema.Warmup, InverseGamma = settings.Ema.InvGamma, Power = settings.Ema.Power, UpdateAfterStep = settings.Ema.AfterSteps,
    };

    /// <summary>The factor on the learning rate, by the step.</summary>
    /// <exception cref="SettingException">A setting is impossible.</exception>
    public static Func<long, double> RateSchedule(this TrainingSettings settings, long steps)
    {
        var schedule = settings.Schedule;
        try
        {
            var rates = new LearningRates
            {
                Schedule = schedule.Name switch
                {
                    "constant_with_warmup" => Diffusion.Training.RateSchedule.ConstantWithWarmup,
                    "linear" => Diffusion.Training.RateSchedule.Linear,
                    "cosine" => Diffusion.Training.RateSchedule.Cosine,
                    "cosine_with_restarts" => Diffusion.Training.RateSchedule.CosineWithRestarts,
                    "cosine_with_min_lr" => Diffusion.Training.RateSchedule.CosineWithMinLr,
                    "polynomial" => Diffusion.Training.RateSchedule.Polynomial,
                    "inverse_sqrt" => Diffusion.Training.RateSchedule.InverseSqrt,
                    "warmup_stable_decay" => Diffusion.Training.RateSchedule.WarmupStableDecay,
                    "piecewise_constant" => Diffusion.Training.RateSchedule.PiecewiseConstant,
                    "rex" => Diffusion.Training.RateSchedule.Rex,
                    // Adafactor's own schedule is in the optimizer.
                    _ => Diffusion.Training.RateSchedule.Constant,
                },
                Steps = (int)steps,
                Warmup = schedule.WarmupSteps ?? schedule.WarmupRatio ?? 0,
                Decay = schedule.DecaySteps ?? schedule.DecayRatio ?? 0,
                Cycles = schedule.Name == "cosine_with_restarts" ? schedule.Cycles : schedule.Cycles / 2.0,
                Power = schedule.Power,
                MinimumRatio = schedule.MinLrRatio ?? 0,
                Timescale = schedule.Timescale,
                Pieces = schedule.Name == "piecewise_constant" && schedule.Args.TryGetValue("step_rules", out var rules) ? LearningRates.ParsePieces($"{rules}") : [],
            };
            rates.Check();
            return step => rates.Factor((int)step, settings.Optimizer.LearningRate);
        }
        catch (ArgumentException e)
        {
            throw new SettingException("schedule", e.Message, e);
        }
    }

    /// <summary>Where and how it computes, as a drawing asks for it.</summary>
    public static GenerationRequest Machine(this TrainingSettings settings) => new()
    {
        Device = settings.Performance.Device,
        Threads = settings.Performance.Threads,
        Precision = settings.Performance.MixedPrecision switch { "no" => Precision.Fp32, "bf16" => Precision.Bf16, "fp16" => Precision.Fp16, _ => Precision.Auto },
    };
}
