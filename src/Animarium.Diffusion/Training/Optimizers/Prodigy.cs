using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>Settings of <see cref="Prodigy"/>, by the names of prodigyopt.</summary>
public sealed record ProdigyOptions
{
    /// <summary>What the means of the gradients and of their squares keep, each at least 0 and below 1.</summary>
    public (double First, double Second) Betas { get; init; } = (0.9, 0.999);

    /// <summary>What the estimate of d keeps; null: √β₂.</summary>
    public double? Beta3 { get; init; }

    /// <summary>Added to the root of the second moment, times d; above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>At least 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether decay is apart from the gradient.</summary>
    public bool Decouple { get; init; } = true;

    /// <summary>Whether Adam's bias is corrected.</summary>
    public bool UseBiasCorrection { get; init; }

    /// <summary>Whether the rate is kept out of d's denominator, for schedules that warm up.</summary>
    public bool SafeguardWarmup { get; init; }

    /// <summary>d at the start, above 0.</summary>
    public double D0 { get; init; } = 1e-6;

    /// <summary>Factor on the estimate of d, above 0.</summary>
    public double DCoefficient { get; init; } = 1;

    /// <summary>Largest factor by which d grows in a step, above 1.</summary>
    public double GrowthRate { get; init; } = double.PositiveInfinity;

    /// <summary>Every how manieth element the estimate of d reads, at least 1.</summary>
    public int Slice { get; init; } = 1;
}

/// <summary>Prodigy (Mishchenko and Defazio 2023): Adam that finds its learning rate d by how far the weights got; the groups' rates are factors on it, usually 1.</summary>
public sealed class Prodigy : Optimizer
{
    readonly ProdigyOptions options;
    readonly StateNumber d, largestD, numerator, count;
    double rate, epsilon;
    bool rests;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups">With one learning rate.</param>
    /// <param name="options">Its settings.</param>
    public Prodigy(IReadOnlyList<ParameterGroup> groups, ProdigyOptions options) : base(groups)
    {
        ProdigyRate.Check(nameof(Prodigy), groups);
        if (groups.Select(g => g.LearningRate).Distinct().Count() > 1)
            throw new ArgumentException("Prodigy finds one rate for all groups: give them the same learning rate (no LoRA+, no rates by pattern), or use prodigyplusschedulefree, which finds one for each.", nameof(groups));
        this.options = options;
        Keep("exp_avg", t => zeros_like(t.Value));
        Keep("exp_avg_sq", t => zeros_like(t.Value));
        Keep("p0", t => Part(t.Value).clone());
        Keep("s", t => zeros_like(Part(t.Value)));
        (d, largestD, numerator, count) = (Keep("d", options.D0), Keep("d_max", options.D0), Keep("d_numerator", 0), Keep("k", 0));
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Findings => new Dictionary<string, double> { ["d"] = d.Value };

    private protected override void Begin(IReadOnlyList<TensorStep> steps)
    {
        double beta3 = options.Beta3 ?? Math.Sqrt(options.Betas.Second), before = d.Value, next = count.Value + 1, schedule = steps.Count == 0 ? 0 : steps[0].Rate;
        double correction = options.UseBiasCorrection ? Math.Sqrt(1 - Math.Pow(options.Betas.Second, next)) / (1 - Math.Pow(options.Betas.First, next)) : 1;
        rate = before * schedule * correction;
        // d/d0 instead of d keeps the sums from becoming too small for fp32.
        double relative = before / options.D0, sum = numerator.Value * beta3, denominator = 0;
        foreach (var step in schedule > 0 ? steps : [])
        {
            using var temporaries = NewDisposeScope();
            var gradient = step.Gradient;
            if (options.WeightDecay != 0 && !options.Decouple) gradient.Accumulate(step.Value, options.WeightDecay);
            sum += relative * rate * Part(gradient).dot(step.Tensor["p0"] - Part(step.Value)).item<float>();
            step.Tensor["exp_avg"].Scale(options.Betas.First).Accumulate(gradient, before * (1 - options.Betas.First));
            step.Tensor["exp_avg_sq"].Scale(options.Betas.Second).AccumulateProduct(gradient, gradient, before * before * (1 - options.Betas.Second));
            var s = step.Tensor["s"].Scale(beta3).Accumulate(Part(gradient), relative * (options.SafeguardWarmup ? before : rate));
            denominator += s.abs().sum().item<float>();
        }
        rests = denominator == 0; // no gradient, or a rate of 0
        if (rests) return;

        double estimate = options.DCoefficient * sum / denominator;
        if (d.Value == options.D0) d.Value = Math.Max(d.Value, estimate);
        largestD.Value = Math.Max(largestD.Value, estimate);
        d.Value = Math.Min(largestD.Value, d.Value * options.GrowthRate);
        (numerator.Value, count.Value, epsilon) = (sum, next, d.Value * options.Epsilon);
    }

    private protected override void Update(TensorStep step)
    {
        if (rests) return;
        if (options.WeightDecay != 0 && options.Decouple) step.Value.Scale(1 - options.WeightDecay * rate);
        step.Value.AccumulateQuotient(step.Tensor["exp_avg"], step.Tensor["exp_avg_sq"].sqrt().Increase(epsilon), -rate);
    }

    Tensor Part(Tensor x) => options.Slice == 1 ? x.flatten() : x.flatten().slice(0, 0, x.numel(), options.Slice);
}

/// <summary>The rule that catches most misuse of Prodigy.</summary>
static class ProdigyRate
{
    /// <summary>Refuses rates of other optimizers: a factor on d of 1e-4 would never learn.</summary>
    public static void Check(string optimizer, IReadOnlyList<ParameterGroup> groups)
    {
        if (groups.FirstOrDefault(g => g.LearningRate < 0.1) is { } group)
            throw new ArgumentException($"{optimizer} finds the learning rate itself, and {group.LearningRate} (group '{group.Name}') would be a factor on it: set the learning rate to 1 and tune d_coef (0.5 to 2) instead.", nameof(groups));
    }
}
