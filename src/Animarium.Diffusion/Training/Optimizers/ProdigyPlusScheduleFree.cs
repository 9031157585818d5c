using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>Settings of <see cref="ProdigyPlusScheduleFree"/>, by the names of the prodigy-plus-schedule-free package.</summary>
public sealed record ProdigyPlusOptions
{
    /// <summary>Share of the average in the weights, above 0; and what the mean of squares keeps; both below 1.</summary>
    public (double First, double Second) Betas { get; init; } = (0.9, 0.99);

    /// <summary>What the estimate of d keeps; null: √β₂.</summary>
    public double? Beta3 { get; init; }

    /// <summary>At the weights y, at least 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether decay is multiplied by the rate.</summary>
    public bool WeightDecayByRate { get; init; } = true;

    /// <summary>d at the start, above 0.</summary>
    public double D0 { get; init; } = 1e-6;

    /// <summary>Factor on the estimate of d, above 0.</summary>
    public double DCoefficient { get; init; } = 1;

    /// <summary>Whether d grows by at most ⁴√2 in a step.</summary>
    public bool LimitsGrowth { get; init; } = true;

    /// <summary>The step at which d is settled; 0: never.</summary>
    public int ProdigySteps { get; init; }

    /// <summary>Strength of the averaging (arXiv 2507.09846): a larger one forgets faster; 0: the plain average.</summary>
    public double AveragingStrength { get; init; }

    /// <summary>Added to the root of the second moment, times d; above 0. Null: the arc tangent of the quotient's parts (arXiv 2407.05872).</summary>
    public double? Epsilon { get; init; } = 1e-8;

    /// <summary>Whether each group has its own d.</summary>
    public bool SplitGroups { get; init; } = true;

    /// <summary>Whether such groups then step by the harmonic mean of all d.</summary>
    public bool SplitGroupsMean { get; init; }

    /// <summary>Whether squares of matrices with a side of at least 32 are remembered by rows and columns.</summary>
    public bool Factored { get; init; } = true;

    /// <summary>RAdam's rectification.</summary>
    public bool UseBiasCorrection { get; init; }

    /// <summary>Whether an update's root mean square r above 1 is scaled back (StableAdamW).</summary>
    public bool UseStableAdamW { get; init; } = true;
}

/// <summary>Prodigy without a schedule: schedule-free averaging over steps whose rate d it finds itself.</summary>
public sealed class ProdigyPlusScheduleFree : ScheduleFree
{
    // The estimate of d reads every eleventh element, in bf16: what the package does, and its numbers with it.
    const int Slice = 11;
    const int LeastFactored = 32;

    readonly ProdigyPlusOptions options;
    readonly StateNumber count;
    readonly List<StepSizeEstimate> estimates;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups">Their rates are factors on d, usually 1.</param>
    /// <param name="options">Its settings.</param>
    public ProdigyPlusScheduleFree(IReadOnlyList<ParameterGroup> groups, ProdigyPlusOptions options) : base(groups, options.Betas.First)
    {
        ProdigyRate.Check(nameof(ProdigyPlusScheduleFree), groups);
        this.options = options;
        Keep("exp_avg_sq", t => Factors(t) ? null : zeros_like(t.Value));
        Keep("exp_avg_sq_row", t => Factors(t) ? zeros_like(t.Value.mean([Sides(t).Long], keepdim: true)) : null);
        Keep("exp_avg_sq_col", t => Factors(t) ? zeros_like(t.Value.mean([Sides(t).Short], keepdim: true)) : null);
        Keep("p0", t => Part(t.Value).to(bfloat16).clone());
        Keep("s", t => zeros_like(Part(t.Value)).to(bfloat16));
        count = Keep("k", 0);
        estimates = [.. Enumerable.Range(0, options.SplitGroups ? groups.Count : 1).Select(group => new StepSizeEstimate(options, name => Keep($"{name}.{group}", 0)))];
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Findings => estimates.Count == 1
        ? new Dictionary<string, double> { ["d"] = estimates[0].D }
        : estimates.Select((e, group) => (Name: $"d {Groups[group].Name}", e.D)).DistinctBy(e => e.Name).ToDictionary(e => e.Name, e => e.D);

    private protected override void Begin(IReadOnlyList<TensorStep> steps) => count.Value++;

    private protected override void Update(TensorStep step)
    {
        var estimate = EstimateOf(step);
        double beta2 = options.Betas.Second, d = estimate.D, pace = options is { SplitGroups: true, SplitGroupsMean: true } ? MeanD : d;
        bool normalizes = true;
        if (options.UseBiasCorrection)
        {
            var rectification = Rectification.Of(beta2, count.Value);
            (normalizes, pace) = (rectification is not null, pace * (rectification ?? 0));
            beta2 = 1 - (1 - beta2) / (1 - Math.Pow(beta2, count.Value));
        }

        var root = SquareRoot(step, beta2, d);
        var update = step.Gradient.clone();
        if (normalizes) update = options.Epsilon is { } epsilon ? update.Scale(d).div_(root.Increase(d * epsilon)) : update.Scale(d).atan2_(root).Scale(4 / Math.PI);
        if (options.UseStableAdamW && options.Epsilon is not null) update.Scale(1 / Math.Sqrt(Math.Max(1, FactoredSquare.RootMeanSquare(update))));
        if (!Settled) estimate.TakeIn(Part(step.Gradient), step.Tensor["p0"] - Part(step.Tensor["z"]), step.Tensor["s"]);

        double rate = step.Rate * pace;
        update.Scale(rate);
        if (options.WeightDecay != 0) update.Accumulate(step.Value, options.WeightDecay * (options.WeightDecayByRate ? rate : 1));
        Move(step, update, 1, estimate.Share(pace));
    }

    private protected override void End()
    {
        foreach (var estimate in estimates) estimate.Finish(Settled);
    }

    bool Settled => options.ProdigySteps > 0 && count.Value >= options.ProdigySteps;

    double MeanD => estimates.Count / estimates.Sum(e => 1 / e.D);

    StepSizeEstimate EstimateOf(TensorStep step) => estimates[estimates.Count == 1 ? 0 : step.Tensor.GroupNumber];

    Tensor SquareRoot(TensorStep step, double beta2, double d)
    {
        double gain = (1 - beta2) * d * d;
        if (!Factors(step.Tensor)) return step.Tensor["exp_avg_sq"].Scale(beta2).AccumulateProduct(step.Gradient, step.Gradient, gain).sqrt();
        var (shorter, longer) = Sides(step.Tensor);
        var squares = step.Gradient.Squared();
        var row = step.Tensor["exp_avg_sq_row"].Scale(beta2).Accumulate(squares.mean([longer], keepdim: true), gain);
        var column = step.Tensor["exp_avg_sq_col"].Scale(beta2).Accumulate(squares.mean([shorter], keepdim: true), gain);
        // The package takes one from the dimension where it lies behind the other, as if that were gone. Tall matrices (lora_up) thus have one mean a row,
        // and settings that users found with it hold for that.
        long mean = shorter > longer ? shorter - 1 : shorter;
        return (row / row.mean([mean], keepdim: true).Increase(1e-30) * column).sqrt_();
    }

    bool Factors(OptimizedTensor tensor) => options.Factored && tensor.Value.dim() >= 2 && tensor.Value.shape.Any(side => side >= LeastFactored);

    /// <summary>The second longest and the longest dimension; of equal ones the later counts as longer.</summary>
    static (long Short, long Long) Sides(OptimizedTensor tensor)
    {
        int[] order = [.. Enumerable.Range(0, (int)tensor.Value.dim()).OrderBy(i => tensor.Value.shape[i])];
        return (order[^2], order[^1]);
    }

    static Tensor Part(Tensor x) => x.flatten().slice(0, 0, x.numel(), Slice);
}
