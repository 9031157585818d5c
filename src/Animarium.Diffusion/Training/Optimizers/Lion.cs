using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>Lion (Chen et al. 2023): steps by the sign of the momentum, decay decoupled.</summary>
public sealed class Lion : Optimizer
{
    readonly (double First, double Second) betas;
    readonly double decay;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups"></param>
    /// <param name="betas">Share of the momentum in the step, and what the momentum keeps.</param>
    /// <param name="weightDecay">At least 0.</param>
    public Lion(IReadOnlyList<ParameterGroup> groups, (double First, double Second) betas, double weightDecay) : base(groups)
    {
        (this.betas, decay) = (betas, weightDecay);
        Keep("exp_avg", t => zeros_like(t.Value));
    }

    private protected override void Update(TensorStep step)
    {
        var momentum = step.Tensor["exp_avg"];
        if (decay != 0) step.Value.Scale(1 - step.Rate * decay);
        step.Value.Accumulate(momentum.Times(betas.First).Accumulate(step.Gradient, 1 - betas.First).sign_(), -step.Rate);
        momentum.Scale(betas.Second).Accumulate(step.Gradient, 1 - betas.Second);
    }
}
