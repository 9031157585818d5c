using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>Settings of <see cref="Adafactor"/>, by the names of its PyTorch form.</summary>
public sealed record AdafactorOptions
{
    /// <summary>Added to squares of gradients, and the smallest scale of a parameter; above 0.</summary>
    public (double Square, double Scale) Epsilon { get; init; } = (1e-30, 1e-3);

    /// <summary>Largest root mean square of an update, above 0.</summary>
    public double ClipThreshold { get; init; } = 1;

    /// <summary>β₂ of step t is 1 − t^rate; below 0.</summary>
    public double DecayRate { get; init; } = -0.8;

    /// <summary>What a mean of the updates keeps; null: there is none.</summary>
    public double? Beta1 { get; init; }

    /// <summary>Decoupled, at least 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether steps are relative to a parameter's root mean square.</summary>
    public bool ScaleParameter { get; init; } = true;

    /// <summary>Whether it sets its rate itself: 1/√t, at most 0.01; the groups' learning rates then don't count.</summary>
    public bool RelativeStep { get; init; } = true;

    /// <summary>Whether that rate begins with 10⁻⁶ · t.</summary>
    public bool WarmupInit { get; init; }
}

/// <summary>Adafactor (Shazeer and Stern 2018): second moments by rows and columns.</summary>
public sealed class Adafactor : Optimizer
{
    readonly AdafactorOptions options;
    readonly FactoredSquare square;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups"></param>
    /// <param name="options">Its settings.</param>
    public Adafactor(IReadOnlyList<ParameterGroup> groups, AdafactorOptions options) : base(groups)
    {
        if (options is { WarmupInit: true, RelativeStep: false })
            throw new ArgumentException("Adafactor's warmup_init is a part of relative_step: switch both on, or warm up by the schedule.", nameof(options));
        this.options = options;
        square = new("exp_avg_sq", Keep);
        if (options.Beta1 is not null) Keep("exp_avg", t => zeros_like(t.Value));
    }

    /// <inheritdoc/>
    public override bool TakesSchedule => !options.RelativeStep;

    private protected override void Update(TensorStep step)
    {
        long t = step.Tensor.Steps;
        double rate = options.RelativeStep ? Math.Min(options.WarmupInit ? 1e-6 * t : 1e-2, 1 / Math.Sqrt(t)) : step.Rate;
        if (options.ScaleParameter) rate *= Math.Max(options.Epsilon.Scale, FactoredSquare.RootMeanSquare(step.Value));

        var inverse = square.InverseRoot(step.Tensor, step.Gradient.Squared().Increase(options.Epsilon.Square), 1 - Math.Pow(t, options.DecayRate));
        var update = FactoredSquare.Limited(inverse.mul_(step.Gradient), options.ClipThreshold).Scale(rate);
        if (options.Beta1 is { } beta) update = step.Tensor["exp_avg"].Scale(beta).Accumulate(update, 1 - beta);
        if (options.WeightDecay != 0) step.Value.Scale(1 - options.WeightDecay * rate);
        step.Value.sub_(update);
    }
}
