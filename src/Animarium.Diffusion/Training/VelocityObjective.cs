using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training;

/// <summary>What is random about a batch: drawn from a seed alone, so that any step can be repeated.</summary>
/// <param name="Sigma">(b), fp32</param>
/// <param name="Noise">(b, 16, h, w), fp32</param>
/// <param name="ExtraNoise">As the noise, where input perturbation wants it.</param>
public sealed record BatchDraws(Tensor Sigma, Tensor Noise, Tensor? ExtraNoise = null);

/// <summary>The training objective on the model that draws: captions and noisy latents go the very way of a picture's step, and the velocity is compared.</summary>
/// <param name="model">The networks; adapters on them are trained.</param>
/// <param name="loss">How the velocity is measured.</param>
/// <param name="sampling">How noise levels are drawn.</param>
/// <param name="type">Type of the computation; latents, sigma and the loss are fp32 always.</param>
/// <param name="device">Where it computes.</param>
public sealed class VelocityObjective(AnimaModel model, FlowLoss loss, SigmaSampling sampling, ScalarType type, Device device)
{
    /// <summary>The random numbers of a batch.</summary>
    /// <param name="latents">(b, 16, h, w)</param>
    /// <param name="seed">Determines them.</param>
    public BatchDraws Draw(Tensor latents, ulong seed)
    {
        var random = new TorchGenerator(seed);
        long pictures = latents.shape[0];
        var draws = sampling.ReadsNormal ? random.Normal(pictures) : random.Uniform(pictures);
        return new(sampling.Of(draws, latents.shape[2], latents.shape[3]), random.Normal(latents.shape), loss.NeedsExtraNoise ? random.Normal(latents.shape) : null);
    }

    /// <summary>The loss of each picture.</summary>
    /// <returns>(b), fp32, on the device</returns>
    public Tensor Losses(LatentBatch batch, BatchDraws draws)
    {
        Tensor latents = batch.Latents.to(device), noise = draws.Noise.to(device), sigma = draws.Sigma.to(device);
        var velocity = Velocity(loss.Noised(latents, noise, sigma, draws.ExtraNoise?.to(device)), sigma, batch.Text);
        return loss.OfPictures(velocity, FlowLoss.Target(latents, noise), sigma, batch.Mask, batch.Weights);
    }

    /// <summary>The loss of each picture at one noise level with the noise of a seed: two measurements can be compared, unlike the losses of training steps.</summary>
    /// <returns>(b), fp32, on the CPU</returns>
    public Tensor LossesAt(LatentBatch batch, double sigma, ulong seed)
    {
        using var off = no_grad();
        return Scopes.Scoped(() =>
        {
            var draws = Draw(batch.Latents, seed);
            return Losses(batch, draws with { Sigma = Scalars.Full([batch.Latents.shape[0]], (float)sigma, float32) }).cpu();
        });
    }

    Tensor Velocity(Tensor noised, Tensor sigma, TextInputs text)
    {
        var mask = text.StatesMask.to(device);
        // States of padding are zero in a cache, and so they are when they are computed here.
        var states = text.QwenIds is { } ids ? model.TextEncoder.Forward(ids.to(device), mask, type) * mask.unsqueeze(2).to(type) : text.States.to(type, device);
        var context = model.Adapter.Forward(states, text.T5Ids.to(device), mask, text.T5Mask.to(device));
        return model.Transformer.Forward(noised, model.Transformer.Modulate(sigma, type), model.Transformer.Prepare(context));
    }
}
