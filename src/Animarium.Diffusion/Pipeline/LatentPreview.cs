using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Pipeline;

/// <summary>
/// A picture's colours read straight off its latent by one linear map, at 1/8 of the size, in microseconds. The map is fitted to the VAE at hand: it
/// encodes patterns whose colours are known, and ridge regression does the rest.
/// </summary>
internal sealed class LatentPreview : IDisposable
{
    const int Width = 192, BandHeight = 48;

    // Sides of the coloured squares of each band, in pixels: textures, edges and plain surfaces all have to come out right.
    static readonly int[] Squares = [4, 8, 16, 24, 48];

    // Plain surfaces hardly move some channels: without a penalty the map would lean on those.
    const double Ridge = 0.05;

    readonly Tensor map; // (channels + 1, 3)

    LatentPreview(Tensor map) => this.map = map;

    /// <summary>Fits the map to a VAE; it encodes one picture of 192 × 240 pixels.</summary>
    public static LatentPreview Fit(QwenImageVae vae, Device device, ScalarType type)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var random = new Noise.TorchGenerator(0);
        var picture = cat([.. Squares.Select(side => random.Normal(1, 3, BandHeight / side, Width / side).tanh().repeat_interleave(side, 2).repeat_interleave(side, 3))], 2);
        var latents = WithOne(Pixels(vae.Encode(picture.to(type, device)).to(float32).cpu()));
        var colours = Pixels(nn.functional.avg_pool2d(picture, QwenImageVae.Scale));
        var penalty = eye(latents.shape[1]).Times(Ridge).Times(latents.shape[0]);
        return new(linalg.solve(latents.t().matmul(latents).Plus(penalty), latents.t().matmul(colours)).to(device).DetachFromDisposeScope());
    }

    /// <summary>The estimate for latents.</summary>
    /// <param name="latent">(b, c, h, w), normalised</param>
    /// <returns>(b, 3, h, w), 0 … 1</returns>
    public Tensor Estimate(Tensor latent) => Scopes.Scoped(() =>
        WithOne(Pixels(latent.to(float32))).matmul(map).Over(2).Plus(0.5).Between(0, 1).Rearrange("(b h w) c -> b c h w", ('b', latent.shape[0]), ('h', latent.shape[2])));

    /// <inheritdoc/>
    public void Dispose() => map.Dispose();

    static Tensor Pixels(Tensor x) => x.Rearrange("b c h w -> (b h w) c");

    static Tensor WithOne(Tensor rows) => cat([rows, ones(rows.shape[0], 1, rows.dtype, rows.device)], 1);
}
