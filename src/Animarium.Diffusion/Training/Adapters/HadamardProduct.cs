using Animarium.Diffusion.Gradients;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>y = x·Δᵀ with Δ = scale · (w1a·w1b) ∘ (w2a·w2b). Between forward and backward pass only x and the factors are kept, not Δ.</summary>
internal static class HadamardProduct
{
    public static Tensor Apply(Tensor x, Tensor w1a, Tensor w1b, Tensor w2a, Tensor w2b, double scale)
    {
        Tensor[] inputs = [x, w1a, w1b, w2a, w2b];
        bool ofX = x.requires_grad;
        return OwnGradient.Of(Forward(inputs, scale), inputs, inputs, (dy, saved) => Gradients(dy, saved, scale, ofX));
    }

    static Tensor Forward(Tensor[] inputs, double scale)
    {
        using var off = no_grad();
        return Scopes.Scoped(() => F.linear(inputs[0], inputs[1].mm(inputs[2]).mul(inputs[3].mm(inputs[4])).Times(scale).to(inputs[0].dtype)));
    }

    static Tensor?[] Gradients(Tensor dy, Tensor[] saved, double scale, bool ofX)
    {
        var (x, w1a, w1b, w2a, w2b) = (saved[0], saved[1], saved[2], saved[3], saved[4]);
        var (first, second) = (w1a.mm(w1b), w2a.mm(w2b));
        var dx = ofX ? dy.matmul((first * second).Times(scale).to(dy.dtype)) : null;
        // G = dyᵀ·x is the gradient of Δ; a factor of a Hadamard product gets it times the other one.
        var ofDelta = dy.reshape(-1, dy.shape[^1]).t().mm(x.reshape(-1, x.shape[^1])).to(float32).Times(scale);
        var (ofFirst, ofSecond) = (ofDelta * second, ofDelta * first);
        return [dx, ofFirst.mm(w1b.t()), w1a.t().mm(ofFirst), ofSecond.mm(w2b.t()), w2a.t().mm(ofSecond)];
    }
}
