using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Animarium.Recipe.Data;
using Animarium.Recipe.Model;
using Animarium.Studio;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Recipe.Steps;

/// <summary>Trains the autoencoder on crops.</summary>
internal sealed class VaeStep(DrawnPictures pictures, StepOptions options)
{
    const int Side = 64;
    const double EdgeWeight = 0.25, HalfWeight = 0.25, Divergence = 1e-4, WarmUp = 0.1;

    readonly int[] measured = DrawnPictures.Spread([.. Enumerable.Range(0, pictures.All.Count)], Quality.Pictures);
    readonly Deck deck = new(pictures.All.Count, options.Seed);

    /// <summary>Trains, and puts the result into the model.</summary>
    public void Run(WorkFolder work, Action<PictureReport> report)
    {
        using var model = work.Model.Open();
        var vae = model.Networks.Vae;
        using var weights = new TrainableWeights(model.Networks.VaeWeights, options.Rate, _ => true);
        using var loop = new PictureLoop(work.State(options.Name ?? "vae"), options, weights);
        loop.Run((step, progress) => Loss(vae, step, progress), () => Quality.Reconstruction(vae, pictures, measured, options.Type), report);

        using var off = no_grad();
        using var scope = NewDisposeScope();
        var result = loop.Result.ToDictionary();
        LatentUnits.Fold(result, loop.Averaged(() => Means(vae)));
        ModelFolder.Update(work.Model.Vae, result);
    }

    /// <summary>
    /// Reconstruction, its edges, the posterior's divergence, and the half-size picture that averaged latents must give: latents are then alike at every
    /// scale, which a diffusion model finds easier (Skorokhodov et al. 2025).
    /// </summary>
    Tensor Loss(QwenImageVae vae, long step, double progress)
    {
        var random = new TorchGenerator(SplitMix64.StateOf(options.Seed, (ulong)step));
        var truth = Crops(step);
        var posterior = vae.Posterior(truth.to(options.Type)).to(float32).chunk(2, 1);
        var (mean, logVariance) = (posterior[0], posterior[1].Between(-30, 20));
        var z = mean.Plus(logVariance.Times(0.5).exp() * random.Normal(mean.shape));
        var picture = vae.Picture(z.to(options.Type)).to(float32);
        var half = vae.Picture(F.avg_pool2d(z, 2).to(options.Type)).to(float32);
        var divergence = (mean.Squared().Plus(logVariance.exp()) - logVariance).Minus(1).mean().Times(0.5);
        return PictureLoss.Values(picture, truth).Plus(PictureLoss.Edges(picture, truth).Times(EdgeWeight)).Plus(divergence.Times(Divergence * Math.Min(1, progress / WarmUp))).Plus(PictureLoss.Values(half, F.avg_pool2d(truth, 2)).Times(HalfWeight));
    }

    /// <summary>Crops on the grid of the latents, half of them mirrored; (b, 3, 64, 64).</summary>
    Tensor Crops(long step) => cat([.. Enumerable.Range(0, options.Batch).Select(i =>
    {
        var random = new SplitMix64(SplitMix64.StateOf(options.Seed, (ulong)step, (ulong)i));
        var pixels = pictures.Pixels(deck.At(step * options.Batch + i));
        int Place(long side) => QwenImageVae.Scale * random.Below((int)(side - Side) / QwenImageVae.Scale + 1);
        var crop = pixels.narrow(2, Place(pixels.shape[2]), Side).narrow(3, Place(pixels.shape[3]), Side);
        return random.Uniform() < 0.5 ? crop.flip(3) : crop;
    })]);

    // Of whole pictures, since those are what is encoded.
    Tensor Means(QwenImageVae vae)
    {
        var chosen = Enumerable.Range(0, pictures.All.Count).Where(n => n % Math.Max(1, pictures.All.Count / 1024) == 0);
        return cat([.. chosen.Chunk(32).Select(numbers => Scopes.Scoped(() =>
            vae.Posterior(cat([.. numbers.Select(pictures.Pixels)]).to(options.Type)).to(float32).chunk(2, 1)[0].transpose(0, 1).flatten(1)))], 1);
    }
}
