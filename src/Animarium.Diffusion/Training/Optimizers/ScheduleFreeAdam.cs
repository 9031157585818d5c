using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>Settings of <see cref="ScheduleFreeAdam"/>, by the names of the schedulefree package.</summary>
public sealed record ScheduleFreeOptions
{
    /// <summary>Share of the average in the weights, above 0; and what the mean of squares keeps; both below 1.</summary>
    public (double First, double Second) Betas { get; init; } = (0.9, 0.999);

    /// <summary>Added to the root of the second moment, above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>At the weights y, at least 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Steps over which the rate rises from 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>The average weights step k with kʳ.</summary>
    public double R { get; init; }

    /// <summary>… and with this power of the largest rate so far.</summary>
    public double RatePower { get; init; } = 2;

    /// <summary>RAdam's rectification in place of a warm-up.</summary>
    public bool Rectified { get; init; }

    /// <summary>Whether the weights rest until the rectification knows the variance; plain gradient steps otherwise.</summary>
    public bool RestsAtFirst { get; init; } = true;
}

/// <summary>Schedule-free AdamW and RAdam.</summary>
public sealed class ScheduleFreeAdam : ScheduleFree
{
    readonly ScheduleFreeOptions options;
    readonly StateNumber count, largest, total;
    double factor, share, correction;
    bool normalizes;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups"></param>
    /// <param name="options">Its settings.</param>
    public ScheduleFreeAdam(IReadOnlyList<ParameterGroup> groups, ScheduleFreeOptions options) : base(groups, options.Betas.First)
    {
        this.options = options;
        Keep("exp_avg_sq", t => zeros_like(t.Value));
        (count, largest, total) = (Keep("k", 0), Keep("lr_max", 0), Keep("weight_sum", 0));
    }

    private protected override void Begin(IReadOnlyList<TensorStep> steps)
    {
        double k = ++count.Value;
        correction = 1 - Math.Pow(options.Betas.Second, k);
        var rectification = options.Rectified ? Rectification.Of(options.Betas.Second, k) : 1;
        normalizes = rectification is not null;
        factor = (rectification ?? (options.RestsAtFirst ? 0 : 1)) * Math.Min(1, k / Math.Max(1, options.WarmupSteps));
        // Weights of the average matter by their ratios only, so the groups' rates drop out.
        largest.Value = Math.Max(largest.Value, factor);
        double weight = Math.Pow(k, options.R) * Math.Pow(largest.Value, options.RatePower);
        total.Value += weight;
        share = total.Value > 0 ? weight / total.Value : 0;
    }

    private protected override void Update(TensorStep step)
    {
        var update = step.Gradient;
        var square = step.Tensor["exp_avg_sq"].Scale(options.Betas.Second).AccumulateProduct(update, update, 1 - options.Betas.Second);
        if (normalizes) update.div_(square.Times(1 / correction).sqrt_().Increase(options.Epsilon));
        if (options.WeightDecay != 0) update.Accumulate(step.Value, options.WeightDecay);
        Move(step, update, step.Rate * factor, share);
    }
}
