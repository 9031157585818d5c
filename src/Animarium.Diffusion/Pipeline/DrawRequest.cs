using Animarium.Diffusion.Guidance;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Sampling;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Pipeline;

/// <summary>One picture of a batch.</summary>
/// <param name="Prompt">What it shows; emphasis, schedules and <c>AND</c> are resolved by the engine, wildcards and LoRA tags before it.</param>
/// <param name="Negative">What it must not show; acts with guidance above 1 or with <see cref="DrawRequest.Nag"/>.</param>
/// <param name="Seed">Of its initial noise and of the noise of its steps.</param>
public sealed record DrawItem(string Prompt, string Negative, ulong Seed);

/// <summary>Pictures to be drawn together, as the engine sees them: numbers and tensors, no files.</summary>
public sealed record DrawRequest
{
    /// <summary>The pictures, drawn as one batch. A picture does not depend on the others (docs/decisions/0004).</summary>
    public required IReadOnlyList<DrawItem> Items { get; init; }

    /// <summary>Pixels, a multiple of 16, at least 16.</summary>
    public int Width { get; init; } = 1024;

    /// <summary>Pixels, a multiple of 16, at least 16.</summary>
    public int Height { get; init; } = 1024;

    /// <summary>A name of a <see cref="Sampling.Sampler"/>.</summary>
    public string Sampler { get; init; } = SamplingDefaults.Base.Sampler;

    /// <summary>A name of a <see cref="Sampling.Schedule"/>.</summary>
    public string Schedule { get; init; } = SamplingDefaults.Base.Schedule;

    /// <summary>The first pass's noise levels, descending, in place of <see cref="Schedule"/>, <see cref="Steps"/> and <see cref="Denoise"/>; null: those.</summary>
    public IReadOnlyList<double>? Sigmas { get; init; }

    /// <summary>Steps, 1 to <see cref="Sampling.Schedule.MaxSteps"/>.</summary>
    public int Steps { get; init; } = SamplingDefaults.Base.Steps;

    /// <summary>The flow's time shift, above 0.</summary>
    public double Shift { get; init; } = 3;

    /// <summary>Classifier-free guidance and its relatives.</summary>
    public GuidanceOptions Guidance { get; init; } = new() { Cfg = SamplingDefaults.Base.Cfg };

    /// <summary>A negative prompt that acts without classifier-free guidance; null: none.</summary>
    public NagOptions? Nag { get; init; }

    /// <summary>Settings of single samplers.</summary>
    public SamplerOptions SamplerOptions { get; init; } = new();

    /// <summary>Whose brackets the prompts are written in.</summary>
    public EmphasisDialect Emphasis { get; init; }

    /// <summary>What stands for an empty prompt.</summary>
    public EmptyPrompt EmptyPrompt { get; init; }

    /// <summary>Whose random numbers the noise is made of.</summary>
    public NoiseSource Noise { get; init; }

    /// <summary>The first pass's noise, (b, 16, h/8, w/8), standard normal, in place of that of the seeds; null: theirs. Stays the caller's.</summary>
    public Tensor? InitialNoise { get; init; }

    /// <summary>The picture to start from, (1, 3, height, width), 0 … 1; null: from noise alone. Stays the caller's.</summary>
    public Tensor? Image { get; init; }

    /// <summary>Where <see cref="Image"/> is redrawn: (1, 1, height, width), 1 = redrawn, 0 = kept, soft between; null: everywhere. Stays the caller's.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>How much of <see cref="Image"/> is redrawn, above 0 to 1.</summary>
    public double Denoise { get; init; } = 1;

    /// <summary>A second pass at a higher resolution; null: none.</summary>
    public HiresOptions? Hires { get; init; }

    /// <summary>Longest side that the transformer sees at once, in pixels; larger pictures are drawn in overlapping tiles. 0: never in tiles.</summary>
    public int TileSide { get; init; }

    /// <summary>Longest side of the VAE's tiles, in pixels.</summary>
    public int VaeTileSide { get; init; } = Models.Anima.QwenImageVae.TileSide;
}

/// <summary>Where the second pass gets its size from.</summary>
public enum HiresUpscaler
{
    /// <summary>The latent is interpolated: fast; needs a denoise of about 0.5 and more to become sharp.</summary>
    Latent,

    /// <summary>The picture is decoded, enlarged and encoded again: keeps what was drawn.</summary>
    Pixels,
}

/// <summary>Draw small, enlarge, refine.</summary>
/// <param name="Width">Pixels, a multiple of 16.</param>
/// <param name="Height">Pixels, a multiple of 16.</param>
/// <param name="Denoise">How much is redrawn, 0 to 1; 0 only enlarges, 0.3 to 0.4 refines, more invents.</param>
/// <param name="Steps">Steps of the second pass; null: those of the first.</param>
/// <param name="Upscaler">How it is enlarged.</param>
public sealed record HiresOptions(int Width, int Height, double Denoise = 0.35, int? Steps = null, HiresUpscaler Upscaler = HiresUpscaler.Pixels);
