using Animarium.Diffusion.Kernels;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>Settings of the optimizers that follow Adam.</summary>
public sealed record AdamOptions
{
    /// <summary>What the means of the gradients and of their squares keep, each at least 0 and below 1.</summary>
    public (double First, double Second) Betas { get; init; } = (0.9, 0.999);

    /// <summary>Added to the root of the second moment, above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>How strongly weights are drawn to 0, at least 0.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Whether decay is rate · decay · w, apart from the gradient (AdamW); added to the gradient otherwise (Adam with L2).</summary>
    public bool Decoupled { get; init; } = true;

    internal AdamPass Pass(double rate, long step) => new(Betas.First, Betas.Second, Decoupled ? 1 - rate * WeightDecay : 1, Decoupled ? 0 : WeightDecay,
        rate / (1 - Math.Pow(Betas.First, step)), 1 / Math.Sqrt(1 - Math.Pow(Betas.Second, step)), Epsilon);
}

/// <summary>Adam (Kingma and Ba 2015), and AdamW (Loshchilov and Hutter 2019) where decay is decoupled.</summary>
public sealed class Adam : Optimizer
{
    readonly AdamOptions options;

    /// <inheritdoc cref="Optimizer(IReadOnlyList{ParameterGroup})"/>
    /// <param name="groups"></param>
    /// <param name="options">Betas, ε and decay.</param>
    public Adam(IReadOnlyList<ParameterGroup> groups, AdamOptions options) : base(groups)
    {
        this.options = options;
        Keep("exp_avg", t => zeros_like(t.Value));
        Keep("exp_avg_sq", t => zeros_like(t.Value));
    }

    private protected override void Update(TensorStep step) =>
        options.Pass(step.Rate, step.Tensor.Steps).Apply(step.Value, step.Gradient, step.Tensor["exp_avg"], step.Tensor["exp_avg_sq"]);
}
