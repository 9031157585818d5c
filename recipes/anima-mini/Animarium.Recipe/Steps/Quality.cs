using Animarium.Diffusion.Models.Anima;
using Animarium.Recipe.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Recipe.Steps;

/// <summary>How well the VAE gives pictures back.</summary>
internal static class Quality
{
    /// <summary>On how many pictures the VAE is measured while it trains.</summary>
    public const int Pictures = 64;

    const int Batch = 16;

    /// <summary>The mean peak signal-to-noise ratio of pictures that were encoded and decoded, in dB.</summary>
    public static double Reconstruction(QwenImageVae vae, DrawnPictures pictures, IEnumerable<int> numbers, ScalarType type)
    {
        using var off = no_grad();
        return numbers.Chunk(Batch).SelectMany(chunk =>
        {
            using var scope = NewDisposeScope();
            var truth = cat([.. chunk.Select(pictures.Pixels)]);
            return PictureLoss.Psnr(vae.Decode(vae.Encode(truth.to(type))), truth);
        }).Average();
    }
}
