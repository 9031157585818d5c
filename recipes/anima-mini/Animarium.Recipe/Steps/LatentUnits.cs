using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Recipe.Steps;

/// <summary>
/// Gives latents the official means and deviations, channel by channel, by changing the two 1 × 1 convolutions beside them. Whoever normalises them with the
/// official constants, which every program has built in, gets means of 0 and deviations of 1.
/// </summary>
internal static class LatentUnits
{
    /// <summary>Changes <c>conv1</c> and <c>conv2</c>.</summary>
    /// <param name="vae">Weights by name; these four are replaced.</param>
    /// <param name="means">(channels, n): what the encoder gives now</param>
    public static void Fold(Dictionary<string, Tensor> vae, Tensor means)
    {
        Tensor officialMean = tensor(QwenImageVae.LatentsMean), officialStd = tensor(QwenImageVae.LatentsStd);
        Tensor mean = means.mean([1]), std = means.std(1), factor = officialStd / std;
        // The encoder's first half are means, y ← (y − mean)·factor + official mean; the second log-variances.
        Tensor weight = vae["conv1.weight"], bias = vae["conv1.bias"];
        long channels = mean.shape[0];
        vae["conv1.weight"] = cat([weight.narrow(0, 0, channels) * factor.view(-1, 1, 1, 1), weight.narrow(0, channels, channels)]);
        vae["conv1.bias"] = cat([((bias.narrow(0, 0, channels) - mean) * factor).Plus(officialMean), bias.narrow(0, channels, channels).Plus(factor.log().Times(2))]);
        // The decoder undoes it: z = (y − official mean)/factor + mean.
        Tensor reader = vae["conv2.weight"];
        vae["conv2.bias"] = vae["conv2.bias"].Plus(reader.flatten(1).mv(mean - officialMean / factor));
        vae["conv2.weight"] = reader / factor.view(1, -1, 1, 1);
    }
}
