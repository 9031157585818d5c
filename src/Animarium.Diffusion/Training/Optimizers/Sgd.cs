using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>Gradient descent with momentum, by default Nesterov's (Sutskever et al. 2013).</summary>
public sealed class Sgd : Optimizer
{
    readonly double momentum, decay;
    readonly bool nesterov;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups"></param>
    /// <param name="momentum">What the momentum keeps, at least 0 and below 1.</param>
    /// <param name="nesterov">Whether the step looks ahead along the momentum.</param>
    /// <param name="weightDecay">Added to the gradient, at least 0.</param>
    public Sgd(IReadOnlyList<ParameterGroup> groups, double momentum, bool nesterov, double weightDecay) : base(groups)
    {
        (this.momentum, this.nesterov, decay) = (momentum, nesterov, weightDecay);
        Keep("momentum_buffer", t => zeros_like(t.Value));
    }

    private protected override void Update(TensorStep step)
    {
        var gradient = decay == 0 ? step.Gradient : step.Gradient.Accumulate(step.Value, decay);
        var buffer = step.Tensor["momentum_buffer"].Scale(momentum).Accumulate(gradient, 1);
        step.Value.Accumulate(nesterov ? gradient.Accumulate(buffer, momentum) : buffer, -step.Rate);
    }
}
