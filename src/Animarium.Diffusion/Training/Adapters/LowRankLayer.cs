using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>y = Base(x) + scale · up(down(x)) (LoRA).</summary>
class LowRankLayer : TrainableLayer
{
    public LowRankLayer(LayerPlan plan) : base(plan)
    {
        Down = Factor("lora_down", () => Kaiming(plan.Target.Rank, Inputs));
        Up = Factor("lora_up", () => zeros(Outputs, plan.Target.Rank));
        Scale = ScaleOf(Down.shape[0]);
    }

    public override (string Role, double Value) Constant => ("alpha", Scale * Down.shape[0]);

    public override int Degree => 2;

    /// <summary>(r, in)</summary>
    protected Tensor Down { get; }

    /// <summary>(out, r)</summary>
    protected Tensor Up { get; }

    protected double Scale { get; }

    // ‖up·down‖² = tr(upᵀup · down downᵀ): r × r instead of out × in.
    public override Tensor Norm() => (Up.t().mm(Up) * Down.mm(Down.t())).sum().AtLeast(0).sqrt().Times(Scale);

    protected override Tensor Changed(Tensor x, Linear linear, LayerDropout? dropout) => dropout?.Masks != true && LowRankProduct.Suits(linear)
        ? LowRankProduct.Apply(x, linear, Down, Up, Scale)
        : linear.Base(x).Accumulate(Branch(x, dropout));

    /// <summary>scale · up(down(x)).</summary>
    protected Tensor Branch(Tensor x, LayerDropout? dropout)
    {
        var z = F.linear(x, As(Down, x));
        if (dropout is not null) z = dropout.Masked(z);
        return F.linear(Scale == 1 ? z : z.Times(Scale), As(Up, x));
    }
}
