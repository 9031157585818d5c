using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>
/// W' = RᵀW, every block of rows by its own rotation (diag-OFT, Qiu et al. 2023). Rotating rows of the weight is rotating outputs: y' = y·R in blocks,
/// so W' is never built.
/// </summary>
sealed class RotationLayer : TrainableLayer
{
    readonly Tensor blocks;
    readonly Tensor? rescale;
    readonly double constraint;

    public RotationLayer(LayerPlan plan) : base(plan)
    {
        var (side, count) = KroneckerLayer.Split(Outputs, plan.Target.Rank);
        blocks = Factor("oft_blocks", () => zeros(count, side, side));
        if (Has("rescale", fresh: plan.Options.Rescaled)) rescale = Factor("rescale", () => ones(Outputs, 1));
        constraint = (plan.Start is { } start ? start.Alpha : plan.Options.Alpha) ?? 0;
    }

    // Readers find the constraint where other forms have alpha.
    public override (string Role, double Value) Constant => ("alpha", constraint);

    public override int Degree => 0;

    public override Tensor Norm() => throw new NotSupportedException("A rotation has no norm to limit.");

    protected override Tensor Changed(Tensor x, Linear linear, LayerDropout? dropout)
    {
        long side = blocks.shape[^1];
        var bias = linear.Bias?.As(x.dtype, x.device);
        var y = bias is null ? linear.Base(x) : linear.Base(x) - bias;
        var rotations = RotationChange.Rotations(blocks, constraint * Outputs).to(x.dtype);
        // (t, n, b) by (n, b, b)
        var rotated = y.view(-1, Outputs / side, side).transpose(0, 1).bmm(rotations).transpose(0, 1).reshape(y.shape);
        if (rescale is not null) rotated = rotated * As(rescale, x).flatten();
        return bias is null ? rotated : rotated.Plus(bias);
    }
}
