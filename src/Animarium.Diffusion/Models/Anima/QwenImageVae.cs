using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>The Qwen-Image (Wan 2.1) autoencoder for single pictures: 8 × 8 pixels to 16 latent channels and back.</summary>
public sealed class QwenImageVae
{
    /// <summary>Pixels along the side of a latent pixel.</summary>
    public const int Scale = 8;

    readonly IVaeStage[] encoder, decoder;
    readonly Convolution conv1, conv2;

    /// <summary>Takes its tensors (<c>encoder</c>, <c>conv1</c>, <c>conv2</c>, <c>decoder</c>) from a VAE checkpoint in its original names.</summary>
    public QwenImageVae(WeightScope weights)
    {
        var (down, up) = (weights["encoder"], weights["decoder"]);
        encoder = [new Convolution(down, "conv1"), .. Levels(down["downsamples"], w => new Downsample(w)), .. Middle(down["middle"]), new Head(down["head"])];
        conv1 = new(weights, "conv1");
        conv2 = new(weights, "conv2");
        decoder = [new Convolution(up, "conv1"), .. Middle(up["middle"]), .. Levels(up["upsamples"], w => new Upsample(w)), new Head(up["head"])];
        LatentChannels = weights.Take("conv2.weight").Stored.shape[0];
    }

    /// <summary>Channels of the latent.</summary>
    public long LatentChannels { get; }

    /// <summary>Picture to latent: the mean of the posterior, normalised per channel.</summary>
    /// <param name="image">(b, 3, h, w), −1 … 1, sides multiples of <see cref="Scale"/>; its type is the type of the computation</param>
    /// <returns>(b, 16, h/8, w/8)</returns>
    public Tensor Encode(Tensor image) => Scopes.Scoped(() =>
    {
        var mean = Posterior(image).chunk(2, 1)[0];
        return ((mean - Channels(LatentsMean, mean)) / Channels(LatentsStd, mean)).to(image.dtype);
    });

    /// <summary>Latent to picture.</summary>
    /// <param name="latent">(b, 16, h, w), normalised; its type is the type of the computation</param>
    /// <returns>(b, 3, 8h, 8w), about −1 … 1, not clamped</returns>
    public Tensor Decode(Tensor latent) => Scopes.Scoped(() =>
    {
        var z = (latent * Channels(LatentsStd, latent) + Channels(LatentsMean, latent)).to(latent.dtype);
        return conv2.Forward(z).Through(decoder, (x, stage) => stage.Forward(x));
    });

    /// <summary>Mean and log-variance, (b, 2·16, h/8, w/8), before the normalisation.</summary>
    internal Tensor Posterior(Tensor image) => Scopes.Scoped(() => conv1.Forward(image.Through(encoder, (x, stage) => stage.Forward(x))));

    // A level is a run of residual blocks and, but for the last level, a resampler; which is which stands in the names of the tensors.
    static IEnumerable<IVaeStage> Levels(WeightScope weights, Func<WeightScope, IVaeStage> resampler)
    {
        for (int n = 0, count = weights.Count(); n < count; n++)
        {
            // Resamplers of a video have a convolution over time, which a single frame doesn't use.
            weights[n].TakeOptional("time_conv.weight");
            weights[n].TakeOptional("time_conv.bias");
            yield return weights[n].Has("resample.1.weight") ? resampler(weights[n]) : new ResidualBlock(weights[n]);
        }
    }

    static IEnumerable<IVaeStage> Middle(WeightScope weights) => [new ResidualBlock(weights[0]), new AttentionBlock(weights[1]), new ResidualBlock(weights[2])];

    static Tensor Channels(float[] values, Tensor like) => tensor(values, device: like.device).view(1, -1, 1, 1);

    // Statistics of the latents per channel, published with the Wan 2.1 VAE.
    static readonly float[] LatentsMean =
    [
        -0.7571f, -0.7089f, -0.9113f, 0.1075f, -0.1745f, 0.9653f, -0.1517f, 1.5508f, 0.4134f, -0.0715f, 0.5517f, -0.3632f, -0.1922f, -0.9497f, 0.2503f, -0.2921f,
    ];

    static readonly float[] LatentsStd =
    [
        2.8184f, 1.4541f, 2.3275f, 2.6558f, 1.2196f, 1.7708f, 2.6052f, 2.0743f, 3.2687f, 2.1526f, 2.8652f, 1.5579f, 1.6382f, 1.1253f, 2.8251f, 1.9160f,
    ];
}
