using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>W' = W ∘ (1 + factor), along rows, or along columns where a file that is continued says so (IA³).</summary>
sealed class ScalingLayer : TrainableLayer
{
    readonly Tensor factor;
    readonly bool onInput;

    public ScalingLayer(LayerPlan plan) : base(plan)
    {
        onInput = plan.Start is { } start && start.Factors["on_input"].to(ScalarType.Bool).any().item<bool>();
        factor = Factor("weight", () => zeros(Outputs));
    }

    public override (string Role, double Value) Constant => ("on_input", onInput ? 1 : 0);

    public override int Degree => 0;

    public override Tensor Norm() => throw new NotSupportedException("A factor for each row has no norm to limit.");

    protected override Tensor Changed(Tensor x, Linear linear, LayerDropout? dropout)
    {
        var by = As(factor.flatten(), x).Plus(1);
        if (onInput) return linear.Base(x * by);
        var bias = linear.Bias?.As(x.dtype, x.device);
        return bias is null ? linear.Base(x) * by : ((linear.Base(x) - bias) * by).Plus(bias);
    }
}
