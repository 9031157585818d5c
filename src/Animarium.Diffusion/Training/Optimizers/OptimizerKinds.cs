using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>All optimizers: their names, their settings by their PyTorch names, defaults and ranges.</summary>
public static class OptimizerKinds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OptimizerKind> All { get; } =
    [
        new("AdamW", ["AdamW32bit"], 1e-4, AdamW),
        new("AdamW8bit", [], 1e-4, AdamW8Bit),
        new("PagedAdamW", ["PagedAdamW32bit"], 1e-4, AdamW, Instead("AdamW", "its states stay where the weights are", "状態は重みと同じ場所に置かれます")),
        new("PagedAdamW8bit", [], 1e-4, AdamW8Bit, Instead("AdamW8bit", "its states stay where the weights are", "状態は重みと同じ場所に置かれます")),
        new("Adam", [], 1e-4, Adam),
        new("Lion", [], 3e-5, Lion),
        new("Lion8bit", ["PagedLion8bit"], 3e-5, Lion, Instead("Lion", "its states are fp32", "状態は fp32 です")),
        new("SGDNesterov", ["SGD"], 1e-2, Sgd),
        new("SGDNesterov8bit", [], 1e-2, Sgd, Instead("SGDNesterov", "its states are fp32", "状態は fp32 です")),
        new("Adafactor", [], 1e-4, Adafactor),
        new("CAME", [], 1e-4, Came),
        new("Prodigy", [], 1, Prodigy),
        new("ProdigyPlusScheduleFree", ["ProdigyPlus", "PPSF"], 1, ProdigyPlus),
        new("AdamWScheduleFree", [], 1e-4, a => ScheduleFree(a, new() { WarmupSteps = a.Whole("warmup_steps", 0) })),
        new("RAdamScheduleFree", [], 1e-4, a => ScheduleFree(a, new() { Rectified = true, RestsAtFirst = a.Flag("silent_sgd_phase", true) })),
        new("Muon", [], 2e-3, Muon),
    ];

    /// <summary>The optimizer of a name: in any case, with or without the package in front (<c>pytorch_optimizer.CAME</c>), dashes and underscores.</summary>
    /// <exception cref="ArgumentException">There is none; the message offers the nearest names.</exception>
    public static OptimizerKind Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string plain = Plain(name);
        return All.FirstOrDefault(kind => kind.Aliases.Append(kind.Name).Any(n => Plain(n) == plain))
            ?? throw new ArgumentException($"There is no optimizer '{name}'. Nearest: {Spelling.Nearest(name, All.Select(k => k.Name))}. All: {string.Join(", ", All.Select(k => k.Name))}.", nameof(name));
    }

    static string Plain(string name) => name[(name.LastIndexOf('.') + 1)..].Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Trim().ToLowerInvariant();

    static Sentence Instead(string name, string reason, string japaneseReason) => new($"This is taken as {name}: {reason}.", $"{name} として扱います：{japaneseReason}。");

    static OptimizerPlan AdamW(OptimizerArguments a)
    {
        var options = AdamOf(a, decay: 0.01, decoupled: true);
        return new(groups => new Adam(groups, options));
    }

    static OptimizerPlan AdamW8Bit(OptimizerArguments a)
    {
        var options = AdamOf(a, decay: 0.01, decoupled: true);
        return new(groups => new Adam8Bit(groups, options));
    }

    static OptimizerPlan Adam(OptimizerArguments a)
    {
        var options = AdamOf(a, decay: 0, decoupled: false);
        return new(groups => new Adam(groups, options));
    }

    static AdamOptions AdamOf(OptimizerArguments a, double decay, bool decoupled) =>
        new() { Betas = a.Betas(), Epsilon = a.Positive("eps", 1e-8), WeightDecay = a.Number("weight_decay", decay), Decoupled = decoupled };

    static OptimizerPlan Lion(OptimizerArguments a)
    {
        var (betas, decay) = (a.Betas(0.9, 0.99), a.Number("weight_decay", 0));
        return new(groups => new Lion(groups, betas, decay));
    }

    static OptimizerPlan Sgd(OptimizerArguments a)
    {
        var (momentum, nesterov, decay) = (a.Share("momentum", 0.9), a.Flag("nesterov", true), a.Number("weight_decay", 0));
        return new(groups => new Sgd(groups, momentum, nesterov, decay));
    }

    static OptimizerPlan Adafactor(OptimizerArguments a)
    {
        var options = new AdafactorOptions
        {
            Epsilon = a.Epsilons(1e-30, 1e-3), ClipThreshold = a.Positive("clip_threshold", 1), DecayRate = a.Number("decay_rate", -0.8, -10, -1e-6),
            Beta1 = a.Optional("beta1", null, 0, Math.BitDecrement(1)), WeightDecay = a.Number("weight_decay", 0), ScaleParameter = a.Flag("scale_parameter", true),
            RelativeStep = a.Flag("relative_step", true), WarmupInit = a.Flag("warmup_init", false),
        };
        return new(groups => new Adafactor(groups, options), takesSchedule: !options.RelativeStep);
    }

    static OptimizerPlan Came(OptimizerArguments a)
    {
        var betas = a.Numbers("betas", [0.9, 0.999, 0.9999], 0, Math.BitDecrement(1));
        var options = new CameOptions { Betas = (betas[0], betas[1], betas[2]), Epsilon = a.Epsilons(1e-30, 1e-16), ClipThreshold = a.Positive("clip_threshold", 1), WeightDecay = a.Number("weight_decay", 0) };
        return new(groups => new Came(groups, options));
    }

    static OptimizerPlan Prodigy(OptimizerArguments a)
    {
        var options = new ProdigyOptions
        {
            Betas = a.Betas(), Beta3 = a.Optional("beta3", null, 0, Math.BitDecrement(1)), Epsilon = a.Positive("eps", 1e-8), WeightDecay = a.Number("weight_decay", 0),
            Decouple = a.Flag("decouple", true), UseBiasCorrection = a.Flag("use_bias_correction", false), SafeguardWarmup = a.Flag("safeguard_warmup", false),
            D0 = a.Positive("d0", 1e-6), DCoefficient = a.Positive("d_coef", 1), GrowthRate = a.Number("growth_rate", double.PositiveInfinity, 1), Slice = a.Whole("slice_p", 1, low: 1),
        };
        a.WithoutEffect("fsdp_in_use");
        return new(groups => new Prodigy(groups, options));
    }

    static OptimizerPlan ProdigyPlus(OptimizerArguments a)
    {
        var options = new ProdigyPlusOptions
        {
            Betas = a.Betas(0.9, 0.99), Beta3 = a.Optional("beta3", null, 0, Math.BitDecrement(1)), Epsilon = a.Optional("eps", 1e-8, double.Epsilon), WeightDecay = a.Number("weight_decay", 0),
            WeightDecayByRate = a.Flag("weight_decay_by_lr", true), D0 = a.Positive("d0", 1e-6), DCoefficient = a.Positive("d_coef", 1), LimitsGrowth = a.Flag("d_limiter", true),
            ProdigySteps = a.Whole("prodigy_steps", 0), AveragingStrength = a.Number("schedulefree_c", 0), SplitGroups = a.Flag("split_groups", true), SplitGroupsMean = a.Flag("split_groups_mean", false),
            Factored = a.Flag("factored", true), UseBiasCorrection = a.Flag("use_bias_correction", false), UseStableAdamW = a.Flag("use_stableadamw", true),
        };
        a.WithoutEffect("factored_fp32", "stochastic_rounding", "fused_back_pass");
        return new(groups => new ProdigyPlusScheduleFree(groups, options), takesSchedule: false);
    }

    static OptimizerPlan ScheduleFree(OptimizerArguments a, ScheduleFreeOptions own)
    {
        var options = own with { Betas = a.Betas(), Epsilon = a.Positive("eps", 1e-8), WeightDecay = a.Number("weight_decay", 0), R = a.Number("r", 0), RatePower = a.Number("weight_lr_power", 2) };
        a.WithoutEffect("foreach");
        return new(groups => new ScheduleFreeAdam(groups, options), takesSchedule: false);
    }

    static OptimizerPlan Muon(OptimizerArguments a)
    {
        var betas = a.Numbers("adam_betas", [0.9, 0.98], 0, Math.BitDecrement(1));
        var options = new MuonOptions
        {
            Momentum = a.Share("momentum", 0.95), Nesterov = a.Flag("nesterov", true), Iterations = a.Whole("ns_steps", 5, low: 1), WeightDecay = a.Number("weight_decay", 0.02),
            AdamFor = a.Word("adam_for", new MuonOptions().AdamFor), Adam = new() { Betas = (betas[0], betas[1]), Epsilon = a.Positive("adam_eps", 1e-8), WeightDecay = a.Number("adam_weight_decay", 0) },
            Type = a.Word("ns_dtype", "auto", "auto", "bfloat16", "float32") switch { "bfloat16" => ScalarType.BFloat16, "float32" => ScalarType.Float32, _ => null },
        };
        return new(groups => new Muon(groups, options));
    }
}
