using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Training;

/// <summary>
/// The loss of a rectified flow (Liu et al. 2022): the model sees x_t = (1 − σ)·x₀ + σ·ε and shall predict the velocity ε − x₀. Everything is fp32.
/// </summary>
/// <param name="options">How it is measured and weighted.</param>
public sealed class FlowLoss(LossOptions options)
{
    /// <summary>Whether <see cref="Noised"/> needs noise beside the noise.</summary>
    public bool NeedsExtraNoise => options.IpNoiseGamma > 0;

    /// <summary>What the model sees.</summary>
    /// <param name="latents">(b, 16, h, w), normalised units</param>
    /// <param name="noise">as the latents, standard normal</param>
    /// <param name="sigma">(b), 0 … 1</param>
    /// <param name="extraNoise">as the latents, for <see cref="LossOptions.IpNoiseGamma"/>; null: none</param>
    public Tensor Noised(Tensor latents, Tensor noise, Tensor sigma, Tensor? extraNoise = null)
    {
        if (options.IpNoiseGamma > 0 && extraNoise is null) throw new ArgumentNullException(nameof(extraNoise), "Input perturbation needs noise of its own.");
        var s = PerItem(sigma);
        var seen = options.IpNoiseGamma > 0 ? noise.Plus(extraNoise!.Times(options.IpNoiseGamma)) : noise;
        return (latents * s.Times(-1).Plus(1)).Plus(seen * s);
    }

    /// <summary>What the model shall predict: ε − x₀.</summary>
    public static Tensor Target(Tensor latents, Tensor noise) => noise - latents;

    /// <summary>The loss of each picture; the loss of the step is their mean.</summary>
    /// <param name="velocity">(b, 16, h, w): what the model predicts</param>
    /// <param name="target">as the velocity</param>
    /// <param name="sigma">(b), 0 … 1</param>
    /// <param name="mask">(b, H, W), 0 … 1, of any size that covers the picture: how much a place counts; null: all count</param>
    /// <param name="weights">(b): how much a picture counts, e.g. <see cref="LossOptions.PriorWeight"/>; null: 1</param>
    /// <returns>(b), fp32</returns>
    public Tensor OfPictures(Tensor velocity, Tensor target, Tensor sigma, Tensor? mask = null, Tensor? weights = null)
    {
        var loss = Elements(velocity.to(float32) - target.to(float32), sigma);
        if (Weighting(sigma) is { } weighting) loss = loss * PerItem(weighting);
        var pictures = mask is null ? loss.mean([1, 2, 3]) : Masked(loss, mask);
        return weights is null ? pictures : pictures * weights.to(float32, pictures.device);
    }

    Tensor Elements(Tensor d, Tensor sigma)
    {
        if (options.Kind == LossKind.L2) return d.Squared();
        if (options.Kind == LossKind.L1) return d.abs();
        var c = PerItem(Threshold(sigma));
        var loss = (d.Squared().Plus(c.Squared()).sqrt() - c).Times(2);
        return options.Kind == LossKind.Huber ? loss * c : loss;
    }

    /// <summary>The threshold c of Huber and smooth L1.</summary>
    /// <param name="sigma">(b)</param>
    internal Tensor Threshold(Tensor sigma)
    {
        double rate = options.HuberSchedule switch
        {
            HuberSchedule.Exponential => Math.Log(options.HuberC),
            HuberSchedule.ExponentialOfSdScripts => Math.Log(options.HuberC) / 1000,
            _ => 0,
        };
        return sigma.Times(rate).exp().Times(options.HuberScale * (options.HuberSchedule == HuberSchedule.Constant ? options.HuberC : 1));
    }

    Tensor? Weighting(Tensor sigma) => options.Weighting switch
    {
        LossWeighting.SigmaSqrt => sigma.Squared().reciprocal(),
        LossWeighting.Cosmap => (sigma.Squared() - sigma).Times(2).Plus(1).Times(Math.PI / 2).reciprocal(),
        _ => null,
    };

    Tensor Masked(Tensor loss, Tensor mask)
    {
        var (b, c, h, w) = (loss.shape[0], loss.shape[1], loss.shape[2], loss.shape[3]);
        var small = F.adaptive_avg_pool2d(mask.to(float32, loss.device).view(b, 1, mask.shape[^2], mask.shape[^1]), [h, w]);
        var masked = loss * small;
        // A picture whose mask is empty teaches nothing.
        return options.MaskNormalization == MaskNormalization.Picture
            ? masked.mean([1, 2, 3])
            : masked.sum([1, 2, 3]) / small.sum([1, 2, 3]).Times(c).AtLeast(1e-12);
    }

    static Tensor PerItem(Tensor values) => values.view(-1, 1, 1, 1);
}
