using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Pipeline;

/// <summary>
/// Draws large pictures through overlapping tiles whose estimates are blended in every step (MultiDiffusion, Bar-Tal et al. 2023), since the
/// model composes badly far beyond the sizes it was trained on and attention grows with the square of the area.
/// </summary>
internal static class TiledDenoiser
{
    /// <summary>The denoiser itself where the state fits into a tile, else its tiled form.</summary>
    /// <param name="denoise">The model for any size up to a tile.</param>
    /// <param name="side">Longest side of a tile in latent pixels.</param>
    public static Denoiser Wrap(Denoiser denoise, long side) => (x, sigma) =>
    {
        long height = x.shape[2], width = x.shape[3];
        if (height <= side && width <= side) return denoise(x, sigma);
        using var scope = NewDisposeScope();
        Tensor denoised = x.zeros_like(), weights = zeros(1, 1, height, width, device: x.device);
        Tensor? unconditional = null;
        foreach (long top in Starts(height, side))
        {
            foreach (long left in Starts(width, side))
            {
                using var tile = NewDisposeScope();
                long h = Math.Min(side, height), w = Math.Min(side, width);
                var part = denoise(Window(x).contiguous(), sigma);
                var weight = Ramp(h, x.device).unsqueeze(1) * Ramp(w, x.device).unsqueeze(0);
                Window(denoised).Accumulate(part.Denoised * weight);
                Window(weights).Accumulate(weight);
                if (part.Unconditional is { } u)
                {
                    unconditional ??= x.zeros_like().MoveToOuterDisposeScope();
                    Window(unconditional).Accumulate(u * weight);
                }

                Tensor Window(Tensor whole) => whole.narrow(2, top, h).narrow(3, left, w);
            }
        }
        return new((denoised / weights).MoveToOuterDisposeScope(), unconditional is null ? null : (unconditional / weights).MoveToOuterDisposeScope());
    };

    /// <summary>Evenly spread starts of tiles that overlap by at least a quarter; even, since tokens are 2 × 2 latent pixels.</summary>
    static IEnumerable<long> Starts(long size, long side)
    {
        if (size <= side) return [0];
        long count = (long)Math.Ceiling((size - side) / (side * 0.75)) + 1;
        return Enumerable.Range(0, (int)count).Select(n => (size - side) * n / (count - 1) / 2 * 2);
    }

    /// <summary>Weights that rise from the edges to the middle, nowhere 0.</summary>
    static Tensor Ramp(long length, Device device)
    {
        var position = Scalars.Range(length, float32, device).Plus(0.5);
        return minimum(position, (-position).Plus(length)).Over(length / 2.0);
    }
}
