using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

/// <summary>Inpainting: a denoiser that redraws only where a mask allows it.</summary>
public static class MaskedDenoiser
{
    /// <summary>
    /// Wraps a denoiser. Before each call what is kept is put back at the call's noise level, with the same noise every time; after it
    /// the kept latents replace its estimate. Samplers go on from their own state, not from the mixed one.
    /// </summary>
    /// <param name="denoise">The model.</param>
    /// <param name="latents">What is kept, [B, C, H, W].</param>
    /// <param name="noise">The noise that the run starts from, [B, C, H, W].</param>
    /// <param name="mask">1 where it is redrawn, 0 where it is kept, or between, [B, 1, H, W].</param>
    public static Denoiser Wrap(Denoiser denoise, Tensor latents, Tensor noise, Tensor mask) => (x, sigma) =>
    {
        var prediction = denoise(Mix(x, Flow.Mix(latents, noise, sigma)), sigma);
        return prediction with { Denoised = Mix(prediction.Denoised, latents) };

        Tensor Mix(Tensor redrawn, Tensor kept) => (redrawn * mask).Plus(kept * 1.0.Minus(mask));
    };
}
