using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>
/// Optimizers that average weights instead of lowering the rate (Defazio et al. 2024). The parameters are y, where gradients are taken; z takes the steps;
/// the average x = y + (1 − 1/β₁)(z − y) is what to save and to draw with.
/// </summary>
public abstract class ScheduleFree : Optimizer
{
    readonly double beta1;
    IReadOnlyList<Tensor>? trained;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups"></param>
    /// <param name="beta1">Share of x in y, above 0 and below 1.</param>
    private protected ScheduleFree(IReadOnlyList<ParameterGroup> groups, double beta1) : base(groups)
    {
        if (!(beta1 is > 0 and < 1)) throw new ArgumentException($"The first beta, {beta1}, of a schedule-free optimizer must be above 0 and below 1.", nameof(beta1));
        this.beta1 = beta1;
        Keep("z", t => t.Value.clone().detach());
    }

    /// <inheritdoc/>
    public sealed override bool TakesSchedule => false;

    /// <inheritdoc/>
    public sealed override bool Evaluating => trained is not null;

    /// <inheritdoc/>
    public sealed override void Evaluate()
    {
        if (Evaluating) return;
        using var off = no_grad();
        // Kept, not computed back: a run that draws pictures in between must not differ by roundings from one that doesn't.
        trained = [.. Tensors.Select(t => t.Value.detach().clone().DetachFromDisposeScope())];
        using var scope = NewDisposeScope();
        foreach (var tensor in Tensors) tensor.Value.MoveTowards(tensor["z"], 1 - 1 / beta1);
    }

    /// <inheritdoc/>
    public sealed override void Train()
    {
        if (trained is null) return;
        using var off = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (tensor, value) in Tensors.Zip(trained))
        {
            tensor.Value.copy_(value);
            value.Dispose();
        }
        trained = null;
    }

    /// <summary>y ← y + c(z − y) − rate(1 − β₁(1 − c)) · update, z ← z − rate · update</summary>
    /// <param name="step">Whose.</param>
    /// <param name="update">The direction.</param>
    /// <param name="rate">Length of z's step.</param>
    /// <param name="share">c: how much the average takes from z, 0 to 1.</param>
    private protected void Move(TensorStep step, Tensor update, double rate, double share)
    {
        var z = step.Tensor["z"];
        step.Value.MoveTowards(z, share).Accumulate(update, -rate * (1 - beta1 * (1 - share)));
        z.Accumulate(update, -rate);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        foreach (var tensor in disposing ? trained ?? [] : []) tensor.Dispose();
    }
}

/// <summary>Rectification of Adam's early steps (Liu et al. 2020).</summary>
static class Rectification
{
    /// <summary>The factor on the rate; null while the variance is not known well enough.</summary>
    /// <param name="beta2">What the mean of squares keeps.</param>
    /// <param name="step">From 1.</param>
    public static double? Of(double beta2, double step)
    {
        double power = Math.Pow(beta2, step), limit = 2 / (1 - beta2) - 1, length = limit - 2 * step * power / (1 - power);
        return length > 4 ? Math.Sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)) : null;
    }
}
