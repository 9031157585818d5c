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
    public static Tensor GeluOver(Tensor x) => TensorMemory.Suits(x.shape[^1], Gelu.Multiple, [x]) ? Gelu.Apply(x) : F.gelu(x);
}
