using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>Settings of <see cref="Came"/>.</summary>
public sealed record CameOptions
{
    /// <summary>What the means keep: of updates, of squares of gradients, of the updates' instability; each at least 0 and below 1.</summary>
    public (double Update, double Square, double Instability) Betas { get; init; } = (0.9, 0.999, 0.9999);

    /// <summary>Added to squares of gradients and to the instability, above 0.</summary>
    public (double Square, double Instability) Epsilon { get; init; } = (1e-30, 1e-16);

    /// <summary>Largest root mean square of an update, above 0.</summary>
    public double ClipThreshold { get; init; } = 1;

    /// <summary>Decoupled, at least 0.</summary>
    public double WeightDecay { get; init; }
}

/// <summary>CAME (Luo et al. 2023): Adafactor whose updates count for less where they keep changing. Vectors have no such confidence.</summary>
public sealed class Came : Optimizer
{
    readonly CameOptions options;
    readonly FactoredSquare square, instability;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups"></param>
    /// <param name="options">Its settings.</param>
    public Came(IReadOnlyList<ParameterGroup> groups, CameOptions options) : base(groups)
    {
        this.options = options;
        Keep("exp_avg", t => zeros_like(t.Value));
        square = new("exp_avg_sq", Keep);
        instability = new("exp_avg_res", (slot, start) => Keep(slot, t => FactoredSquare.Splits(t) ? start(t) : null));
    }

    private protected override void Update(TensorStep step)
    {
        var inverse = square.InverseRoot(step.Tensor, step.Gradient.Squared().Increase(options.Epsilon.Square), options.Betas.Square);
        var update = FactoredSquare.Limited(inverse.mul_(step.Gradient), options.ClipThreshold);
        var mean = step.Tensor["exp_avg"].Scale(options.Betas.Update).Accumulate(update, 1 - options.Betas.Update);
        if (FactoredSquare.Splits(step.Tensor))
            mean = instability.InverseRoot(step.Tensor, (update - mean).Squared().Increase(options.Epsilon.Instability), options.Betas.Instability).mul_(mean);
        if (options.WeightDecay != 0) step.Value.Scale(1 - options.WeightDecay * step.Rate);
        step.Value.Accumulate(mean, -step.Rate);
    }
}
