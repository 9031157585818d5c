using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Animarium.Recipe.Data;
using Animarium.Recipe.Model;
using Animarium.Studio;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Recipe.Steps;

/// <summary>Goes on with the decoder alone, on the latents that the transformer learns: sharper pictures without another latent.</summary>
internal sealed class DecoderStep(DrawnPictures pictures, StepOptions options)
{
    /// <summary>Noise of up to this deviation in the latents, so that it forgives what the transformer gets wrong.</summary>
    const double MostNoise = 0.12;

    const double EdgeWeight = 0.25;

    /// <summary>Trains, and puts the result into the model.</summary>
    public void Run(WorkFolder work, Action<PictureReport> report)
    {
        using var model = work.Model.Open();
        var vae = model.Networks.Vae;
        using var weights = new TrainableWeights(model.Networks.VaeWeights, options.Rate, name => name.StartsWith("decoder.", StringComparison.Ordinal) || name.StartsWith("conv2.", StringComparison.Ordinal));
        using var loop = new PictureLoop(work.State(options.Name ?? "decoder"), options, weights);
        using var data = new CaptionedLatents(work.Latents(pictures), pictures, model.Tokenizers, options.Seed);
        int[] measured = DrawnPictures.Spread(data.Kept, Quality.Pictures);
        loop.Run((step, _) => Loss(vae, data, step), () => Quality.Reconstruction(vae, pictures, measured, options.Type), report);
        ModelFolder.Update(work.Model.Vae, loop.Result);
    }

    Tensor Loss(QwenImageVae vae, CaptionedLatents data, long step)
    {
        var random = new TorchGenerator(SplitMix64.StateOf(options.Seed, (ulong)step));
        var numbers = data.Numbers(step, options.Batch);
        var (latents, truth) = (data.Latents(numbers), cat([.. numbers.Select(pictures.Pixels)]));
        var noise = random.Uniform(options.Batch, 1, 1, 1).Times(MostNoise) * random.Normal(latents.shape);
        var picture = vae.Decode(latents.Plus(noise).to(options.Type)).to(float32);
        return PictureLoss.Values(picture, truth).Plus(PictureLoss.Edges(picture, truth).Times(EdgeWeight));
    }
}
