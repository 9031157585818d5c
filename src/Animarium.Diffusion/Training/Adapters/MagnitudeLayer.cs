using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>
/// V = W + scale · up·down brought to the learned magnitude m of each row or column, W' = V · m / ‖V‖ (DoRA). V is never built: all that W' changes is
/// a factor for each output (or input), and ‖V‖² = ‖W‖² + 2⟨W, Δ⟩ + ‖Δ‖² takes W·downᵀ and products of r × r.
/// </summary>
sealed class MagnitudeLayer : LowRankLayer
{
    readonly Tensor magnitude, squares;
    readonly bool ofInputs, throughNorm;

    public MagnitudeLayer(LayerPlan plan) : base(plan)
    {
        ofInputs = plan.Start?.Factors["dora_scale"].shape is { } shape ? shape is [1, _] : plan.Options.DoraOnInput;
        throughNorm = plan.Options.DoraThroughNorm;
        using var scope = NewDisposeScope();
        squares = plan.Target.Linear.Weight.As(float32, plan.Device).Squared().sum([ofInputs ? 0 : 1]).DetachFromDisposeScope();
        magnitude = Factor("dora_scale", () => squares.sqrt().view(ofInputs ? [1, -1] : [-1, 1]));
    }

    public override void Dispose()
    {
        base.Dispose();
        squares.Dispose();
    }

    protected override Tensor Changed(Tensor x, Linear linear, LayerDropout? dropout)
    {
        var factor = (magnitude.flatten() / Length(linear.Weight.As(x.dtype, x.device))).to(x.dtype);
        if (ofInputs)
        {
            var scaled = x * factor;
            return linear.Base(scaled).Accumulate(Branch(scaled, dropout));
        }
        // The bias is no part of what is normed.
        var bias = linear.Bias?.As(x.dtype, x.device);
        var y = linear.Base(x).Accumulate(Branch(x, dropout));
        return bias is null ? y * factor : ((y - bias) * factor).Plus(bias);
    }

    /// <summary>‖V‖ of each row or column, fp32.</summary>
    /// <param name="w">(out, in), in the type of the computation</param>
    Tensor Length(Tensor w)
    {
        using var off = throughNorm ? null : no_grad();
        var (cross, own) = ofInputs
            ? ((Down * As(Up, w).t().mm(w)).sum([0]), (Up.t().mm(Up).mm(Down) * Down).sum([0]))
            : ((Up * F.linear(As(Down, w), w).t()).sum([1]), (Up.mm(Down.mm(Down.t())) * Up).sum([1]));
        // A row of zeros stays one.
        return squares.Plus(cross.Times(2 * Scale)).Plus(own.Times(Scale * Scale)).AtLeast(1e-24).sqrt();
    }
}
