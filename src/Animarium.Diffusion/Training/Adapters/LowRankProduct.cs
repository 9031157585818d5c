using Animarium.Diffusion.Gradients;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>
/// y = Base(x) + scale · up(down(x)) over a frozen layer (Hu et al. 2021). Kept for the backward pass are x, which layers that read the same one share,
/// and the few columns between the factors.
/// </summary>
internal static class LowRankProduct
{
    /// <summary>Whether the layer itself is frozen.</summary>
    public static bool Suits(Linear linear) => !OwnGradient.Wanted(linear.Weight.Patch, linear.Bias?.Patch);

    /// <param name="x">(…, in)</param>
    /// <param name="linear">The layer.</param>
    /// <param name="down">(r, in), fp32</param>
    /// <param name="up">(out, r), fp32</param>
    /// <param name="scale">alpha / r</param>
    public static Tensor Apply(Tensor x, Linear linear, Tensor down, Tensor up, double scale)
    {
        bool ofX = x.requires_grad;
        var (y, z) = Forward(x, linear, down, up, scale);
        using (z) return OwnGradient.Of(y, [x, down, up], [x, down, up, z], (dy, saved) => Gradients(dy, saved, linear, scale, ofX));
    }

    static (Tensor Y, Tensor Z) Forward(Tensor x, Linear linear, Tensor down, Tensor up, double scale)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var z = F.linear(Rows(x), down.to(x.dtype)).Times(scale);
        var y = linear.Base(x);
        Rows(y).addmm_(z, up.to(x.dtype).t());
        return (y.MoveToOuterDisposeScope(), z.MoveToOuterDisposeScope());
    }

    static Tensor?[] Gradients(Tensor dy, Tensor[] saved, Linear linear, double scale, bool ofX)
    {
        var (x, down, up, z, rows) = (saved[0], saved[1], saved[2], saved[3], Rows(dy));
        var dz = rows.mm(up.to(dy.dtype)).Times(scale);
        var dx = ofX ? linear.BaseGradient(dy) : null;
        if (dx is not null) Rows(dx).addmm_(dz, down.to(dy.dtype));
        return [dx, dz.t().mm(Rows(x)).to(float32), rows.t().mm(z).to(float32)];
    }

    static Tensor Rows(Tensor x) => x.reshape(-1, x.shape[^1]);
}
