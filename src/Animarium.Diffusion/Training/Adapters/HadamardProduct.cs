using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>y = x·Δᵀ with Δ = scale · (w1a·w1b) ∘ (w2a·w2b). Between forward and backward pass only x and the factors are kept, not Δ.</summary>
public sealed class HadamardProduct : OwnBackward<HadamardProduct>
{
    internal static Tensor Apply(Tensor x, Tensor w1a, Tensor w1b, Tensor w2a, Tensor w2b, double scale) => apply(x, w1a, w1b, w2a, w2b, scale);

    /// <inheritdoc/>
    protected override Tensor Result(autograd.AutogradContext ctx, object[] arguments)
    {
        Tensor[] tensors = [.. arguments.OfType<Tensor>()];
        double scale = (double)arguments[^1];
        ctx.save_for_backward([.. tensors]);
        ctx.save_data("scale", scale);
        return Scopes.Scoped(() =>
        {
            var (first, second) = (tensors[1].mm(tensors[2]), tensors[3].mm(tensors[4]));
            return F.linear(tensors[0], (first * second).Times(scale).to(tensors[0].dtype));
        });
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Gradients(autograd.AutogradContext ctx, Tensor gradient)
    {
        double scale = (double)ctx.get_data("scale");
        var saved = ctx.get_saved_variables();
        var (x, w1a, w1b, w2a, w2b) = (saved[0], saved[1], saved[2], saved[3], saved[4]);
        var (first, second) = (w1a.mm(w1b), w2a.mm(w2b));
        var ofX = x.requires_grad ? gradient.matmul((first * second).Times(scale).to(gradient.dtype)) : null;
        // G = gᵀ·x is the gradient of Δ; a factor of a Hadamard product gets it times the other one.
        var ofDelta = gradient.reshape(-1, gradient.shape[^1]).t().mm(x.reshape(-1, x.shape[^1])).to(float32).Times(scale);
        var (ofFirst, ofSecond) = (ofDelta * second, ofDelta * first);
        return [ofX, ofFirst.mm(w1b.t()), w1a.t().mm(ofFirst), ofSecond.mm(w2b.t()), w2a.t().mm(ofSecond), null];
    }
}
