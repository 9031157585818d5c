using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Pipeline;

/// <summary>Between latents and pixels: pictures are (b, 3, h, w), 0 … 1, fp32 on the CPU.</summary>
internal sealed class PictureCoder(QwenImageVae vae, EngineOptions options) : IDisposable
{
    static readonly DrawWarning HalfPrecision = new("half-precision", new(
        "The picture's numbers grew beyond half precision, so the VAE worked in single precision once more. If this happens often, choose --precision fp32.",
        "画像の計算が半精度の範囲を超えたため、VAE を単精度でやり直しました。よく起きる場合は --precision fp32 を指定してください。"));

    static readonly DrawWarning NotFinite = new("not-finite", new(
        "The picture has pixels that are no numbers: the model's numbers grew beyond this precision, or its file is damaged. Try --precision fp32.",
        "数値でない画素があります。モデルの数値がこの精度の範囲を超えたか、ファイルが壊れています。--precision fp32 を試してください。"));

    LatentPreview? preview;
    int overflows;

    /// <summary>The latent of a picture.</summary>
    public Tensor Encode(Tensor picture, int tileSide)
    {
        using var off = no_grad();
        return Scopes.Scoped(() => vae.Encode(picture.Times(2).Minus(1).to(options.Type, options.Device), tileSide, Overflowed).to(float32));
    }

    /// <summary>The picture of a latent.</summary>
    public Tensor Decode(Tensor latents, int tileSide) => Decode(latents, tileSide, Overflowed);

    Tensor Decode(Tensor latents, int tileSide, Action overflow)
    {
        using var off = no_grad();
        return Scopes.Scoped(() => vae.Decode(latents.to(options.Type), tileSide, overflow).to(float32).Over(2).Plus(0.5).Between(0, 1).cpu());
    }

    /// <summary>One finished picture, (3, h, w), and what is to be said about it; where nothing was to be redrawn it has the very pixels of the picture it started from.</summary>
    public (Tensor Picture, IReadOnlyList<DrawWarning> Warnings) Finished(Tensor latent, DrawRequest request)
    {
        var warnings = new List<DrawWarning>();
        if (Interlocked.Exchange(ref overflows, 0) > 0) warnings.Add(HalfPrecision);
        var finished = Scopes.Scoped(() =>
        {
            var picture = Decode(latent, request.VaeTileSide, () => { if (warnings.Count == 0) warnings.Add(HalfPrecision); });
            if (request is { Mask: { } mask, Image: { } image })
            {
                var (h, w) = (picture.shape[2], picture.shape[3]);
                var redrawn = Resized(mask, h, w);
                picture = (picture * redrawn).Plus(Resized(image, h, w) * 1.0.Minus(redrawn));
            }
            return picture.squeeze(0);
        });
        if (!IsFinite(finished)) warnings.Add(NotFinite);
        return (finished, warnings);
    }

    // Of what was encoded or decoded on the way; the next finished picture tells.
    void Overflowed() => Interlocked.Increment(ref overflows);

    /// <summary>What the second pass starts from.</summary>
    public Tensor Enlarged(Tensor latents, HiresOptions hires, int tileSide)
    {
        using var off = no_grad();
        return Scopes.Scoped(() => hires.Upscaler == HiresUpscaler.Latent
            ? Resized(latents, hires.Height / QwenImageVae.Scale, hires.Width / QwenImageVae.Scale)
            : cat([.. latents.split(1).Select(latent => Encode(Resized(Decode(latent, tileSide), hires.Height, hires.Width), tileSide))]));
    }

    /// <summary>What pictures will look like, (b, 3, h/8, w/8), without the VAE.</summary>
    public Tensor Estimate(Tensor latents)
    {
        preview ??= LatentPreview.Fit(vae, options.Device, options.Type);
        using var off = no_grad();
        return preview.Estimate(latents).cpu();
    }

    /// <summary>The mean of each cell of 8 × 8 pixels: soft edges of a mask stay soft.</summary>
    public Tensor AtLatentSize(Tensor mask) => Scopes.Scoped(() => F.avg_pool2d(mask.to(float32), QwenImageVae.Scale).to(options.Device));

    /// <summary>Bicubic, without values that were not there.</summary>
    public static Tensor Resized(Tensor x, long height, long width) => (x.shape[2], x.shape[3]) == (height, width) ? x
        : F.interpolate(x, [height, width], mode: InterpolationMode.Bicubic, align_corners: false).Between(x.min().item<float>(), x.max().item<float>());

    /// <inheritdoc/>
    public void Dispose() => preview?.Dispose();

    static bool IsFinite(Tensor picture)
    {
        using var scope = NewDisposeScope();
        return picture.isfinite().all().item<bool>();
    }
}
