using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Pipeline;

/// <summary>What happens while pictures are drawn.</summary>
public abstract class DrawEvent;

/// <summary>Something the person should know of a picture.</summary>
/// <param name="Code">A short name that programs can tell apart.</param>
/// <param name="Text">A sentence.</param>
public sealed record DrawWarning(string Code, Sentence Text);

/// <summary>A step was made.</summary>
public sealed class DrawStep : DrawEvent
{
    readonly AnimaPipeline pipeline;
    readonly DrawRequest request;

    internal DrawStep(int pass, SamplerStep latents, AnimaPipeline pipeline, DrawRequest request) =>
        (Pass, Latents, this.pipeline, this.request) = (pass, latents, pipeline, request);

    /// <summary>1, or 2 for the second pass at a higher resolution.</summary>
    public int Pass { get; }

    /// <summary>The number of the step, from 0.</summary>
    public int Index => Latents.Index;

    /// <summary>Steps of this pass.</summary>
    public int Count => Latents.Count;

    /// <summary>The noise level where it began.</summary>
    public double Sigma => Latents.Sigma;

    /// <summary>The sampler's state; its tensors live until the next event is asked for.</summary>
    internal SamplerStep Latents { get; }

    /// <summary>What the pictures will look like, at 1/8 of their size, read straight off the latents. Only until the next event is asked for.</summary>
    /// <returns>(b, 3, h/8, w/8), 0 … 1</returns>
    public Tensor Estimate() => pipeline.Estimate(Latents.Denoised);

    /// <summary>The same through the VAE, at full size. Only until the next event is asked for.</summary>
    /// <returns>(b, 3, h, w), 0 … 1</returns>
    public Tensor Decode() => pipeline.Picture(Latents.Denoised, request);
}

/// <summary>
/// The latent of a picture is done. Its pixels are computed by whoever asks for them: on a CPU another thread may, while the pipeline goes on with the next
/// pictures (elsewhere the weights of the VAE and of the next step take turns, so there it has to happen before the next event is asked for).
/// </summary>
public sealed class DrawnPicture : DrawEvent
{
    readonly Lazy<(Tensor Image, IReadOnlyList<DrawWarning> Warnings)> finished;

    internal DrawnPicture(int index, DrawItem item, Func<(Tensor, IReadOnlyList<DrawWarning>)> finish) => (Index, Item, finished) = (index, item, new(finish));

    /// <summary>Its place among the items of the request.</summary>
    public int Index { get; }

    /// <summary>What it was drawn from.</summary>
    public DrawItem Item { get; }

    /// <summary>(3, height, width), 0 … 1, fp32 on the CPU; belongs to the caller, who has to ask for it. Computed the first time.</summary>
    public Tensor Image => finished.Value.Image;

    /// <summary>What happened while the pixels were computed.</summary>
    public IReadOnlyList<DrawWarning> Warnings => finished.Value.Warnings;
}
