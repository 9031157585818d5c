using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>The Qwen-Image (Wan 2.1) autoencoder for single pictures: 8 × 8 pixels to 16 latent channels and back.</summary>
public sealed class QwenImageVae
{
    /// <summary>Pixels along the side of a latent pixel.</summary>
    public const int Scale = 8;

    /// <summary>Longest side that is worked on in one piece, in pixels; larger pictures go through the outer stages in tiles of at most this side.</summary>
    public const int TileSide = 768;

    // The outer stages hold the large activations and have a limited reach, the inner ones look at the whole picture.
    readonly IVaeStage[] outerEncoder, innerEncoder, innerDecoder, outerDecoder;

    /// <summary>Takes its tensors (<c>encoder</c>, <c>conv1</c>, <c>conv2</c>, <c>decoder</c>) from a VAE checkpoint in its original names.</summary>
    public QwenImageVae(WeightScope weights)
    {
        var (down, up) = (weights["encoder"], weights["decoder"]);
        IVaeStage[] downsamples = [.. Levels(down["downsamples"], w => new Downsample(w))], upsamples = [.. Levels(up["upsamples"], w => new Upsample(w))];
        int last = Array.FindLastIndex(downsamples, stage => stage is Downsample) + 1, first = Array.FindIndex(upsamples, stage => stage is Upsample) + 1;

        outerEncoder = [new Convolution(down, "conv1"), .. downsamples[..last]];
        innerEncoder = [.. downsamples[last..], .. Middle(down["middle"]), .. Head(down), new Convolution(weights, "conv1")];
        innerDecoder = [new Convolution(weights, "conv2"), new Convolution(up, "conv1"), .. Middle(up["middle"]), .. upsamples[..first]];
        outerDecoder = [.. upsamples[first..], .. Head(up)];
        LatentChannels = weights.Take("conv2.weight").Stored.shape[0];
    }

    /// <summary>Channels of the latent.</summary>
    public long LatentChannels { get; }

    /// <summary>Picture to latent: the mean of the posterior, normalised per channel.</summary>
    /// <param name="image">(b, 3, h, w), −1 … 1, sides multiples of <see cref="Scale"/>; its type is the type of the computation</param>
    /// <param name="tileSide">Longest side of a tile, in pixels.</param>
    /// <param name="redone">Called if the numbers grew beyond half precision and all was computed again in fp32.</param>
    /// <returns>(b, 16, h/8, w/8)</returns>
    public Tensor Encode(Tensor image, int tileSide = TileSide, Action? redone = null) => HalfPrecision.OrFp32(image, redone, image =>
    {
        var mean = Posterior(image, tileSide).chunk(2, 1)[0];
        return ((mean - Channels(LatentsMean, mean)) / Channels(LatentsStd, mean)).to(image.dtype);
    });

    /// <summary>Latent to picture.</summary>
    /// <param name="latent">(b, 16, h, w), normalised; its type is the type of the computation</param>
    /// <param name="tileSide">Longest side of a tile, in pixels.</param>
    /// <param name="redone">Called if the numbers grew beyond half precision and all was computed again in fp32.</param>
    /// <returns>(b, 3, 8h, 8w), about −1 … 1, not clamped</returns>
    public Tensor Decode(Tensor latent, int tileSide = TileSide, Action? redone = null) => HalfPrecision.OrFp32(latent, redone, latent =>
    {
        var z = (latent * Channels(LatentsStd, latent)).Plus(Channels(LatentsMean, latent)).to(latent.dtype);
        return Picture(z, tileSide);
    });

    /// <summary>Mean and log-variance, (b, 2·16, h/8, w/8), before the normalisation.</summary>
    internal Tensor Posterior(Tensor image, int tileSide = TileSide) => Scopes.Scoped(() =>
        Tiling.Run(ChannelsLast(image), outerEncoder, tileSide).Through(innerEncoder, (x, stage) => stage.Forward(x)));

    /// <summary>The picture of a sample of the posterior, (b, 16, h/8, w/8), without normalisation.</summary>
    internal Tensor Picture(Tensor z, int tileSide = TileSide) => Scopes.Scoped(() =>
    {
        var inner = ChannelsLast(z).Through(innerDecoder, (x, stage) => stage.Forward(x));
        return Tiling.Run(inner, outerDecoder, tileSide * inner.shape[3] / (Scale * z.shape[3]));
    });

    // A level is a run of residual blocks and, but for the last level, a resampler; which is which stands in the names of the tensors.
    static IEnumerable<IVaeStage> Levels(WeightScope weights, Func<WeightScope, IVaeStage> resampler)
    {
        for (int n = 0, count = weights.Count(); n < count; n++)
        {
            // Resamplers of a video have a convolution over time, which a single frame doesn't use.
            weights[n].Ignore("time_conv.weight", "time_conv.bias");
            yield return weights[n].Has("resample.1.weight") ? resampler(weights[n]) : new ResidualBlock(weights[n]);
        }
    }

    static IEnumerable<IVaeStage> Middle(WeightScope weights) => [new ResidualBlock(weights[0]), new AttentionBlock(weights[1]), new ResidualBlock(weights[2])];

    static IEnumerable<IVaeStage> Head(WeightScope weights) => [new NormSilu(weights, "head.0"), new Convolution(weights, "head.2")];

    /// <summary>The same picture, its channels side by side in memory.</summary>
    static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    static Tensor Channels(float[] values, Tensor like) => tensor(values, device: like.device).view(1, -1, 1, 1);

    /// <summary>Means of the latents per channel, published with the Wan 2.1 VAE.</summary>
    internal static readonly float[] LatentsMean =
    [
        -0.7571f, -0.7089f, -0.9113f, 0.1075f, -0.1745f, 0.9653f, -0.1517f, 1.5508f, 0.4134f, -0.0715f, 0.5517f, -0.3632f, -0.1922f, -0.9497f, 0.2503f, -0.2921f,
    ];

    /// <summary>Deviations of the latents per channel, from the same source.</summary>
    internal static readonly float[] LatentsStd =
    [
        2.8184f, 1.4541f, 2.3275f, 2.6558f, 1.2196f, 1.7708f, 2.6052f, 2.0743f, 3.2687f, 2.1526f, 2.8652f, 1.5579f, 1.6382f, 1.1253f, 2.8251f, 1.9160f,
    ];
}
