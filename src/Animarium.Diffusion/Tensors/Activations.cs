using Animarium.Diffusion.Gradients;
using Animarium.Diffusion.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Tensors;

/// <summary>Activation functions, for values that nobody reads afterwards.</summary>
public static class Activations
{
    /// <summary>x·Φ(x), exact (Hendrycks and Gimpel 2016).</summary>
    /// <param name="x">(…, d), a value that nobody else needs: its memory may hold the result afterwards.</param>
    /// <returns>As <paramref name="x"/>.</returns>
    public static Tensor GeluOver(Tensor x)
    {
        if (!TensorMemory.Suits(x.shape[^1], Gelu.Multiple, [x])) return F.gelu(x);
        if (!OwnGradient.Wanted(x)) return Gelu.Apply(x, x);
        // The gradient needs x.
        return OwnGradient.Of(Gelu.Apply(x, empty_like(x)), [x], [x], (dy, saved) => [Gelu.Backward(dy.contiguous(), saved[0])]);
    }
}
