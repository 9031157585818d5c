using static TorchSharp.torch;

namespace Animarium.Diffusion.Sampling;

/// <summary>What a model sees in a noisy state: estimates of the clean latents, shaped like the state [B, C, H, W].</summary>
/// <param name="Denoised">x0 after guidance.</param>
/// <param name="Unconditional">x0 of the negative prompt alone, for samplers with <see cref="Sampler.NeedsUnconditional"/>.</param>
public readonly record struct Prediction(Tensor Denoised, Tensor? Unconditional = null);

/// <summary>The model as samplers know it: guidance, masks and batching are behind it. Returns fresh tensors, which the caller frees.</summary>
/// <param name="x">The noisy state [B, C, H, W].</param>
/// <param name="sigma">Its noise level, 0…1.</param>
public delegate Prediction Denoiser(Tensor x, double sigma);

/// <summary>Standard normal noise shaped like the state, asked for once for every injection, in order.</summary>
/// <param name="sigma">The noise level where the injected interval begins.</param>
/// <param name="sigmaNext">Where it ends, mostly lower. A draw over no interval at all is asked for where other programs draw it, too; its factor is 0.</param>
public delegate Tensor StepNoise(double sigma, double sigmaNext);

/// <summary>Everything a sampler works on.</summary>
/// <param name="Denoise">The model.</param>
/// <param name="X">The state at the first σ, [B, C, H, W]; stays the caller's.</param>
/// <param name="Sigmas">The noise levels, descending, usually to 0; one more than there are steps.</param>
/// <param name="Noise">The source of injected noise.</param>
public sealed record SamplerContext(Denoiser Denoise, Tensor X, IReadOnlyList<double> Sigmas, StepNoise Noise)
{
    /// <summary>The flow that the σ belong to.</summary>
    public Flow Flow { get; init; } = new();

    /// <summary>Settings of single samplers.</summary>
    public SamplerOptions Options { get; init; } = new();

    /// <summary>The number of steps.</summary>
    internal int Count => Sigmas.Count - 1;

    /// <summary>The guided estimate at σ.</summary>
    internal Tensor Predict(Tensor x, double sigma) => Denoise(x, sigma).Denoised;

    /// <summary>The guided estimate at σ, and the one that the noise is told from: the unconditional one with CFG++, else the same.</summary>
    internal (Tensor Denoised, Tensor Origin) Predict(Tensor x, double sigma, bool plusPlus) => Denoise(x, sigma) switch
    {
        var (denoised, _) when !plusPlus => (denoised, denoised),
        (var denoised, { } unconditional) => (denoised, unconditional),
        _ => throw new InvalidOperationException("CFG++ samplers need the prediction for the negative prompt, also at guidance scale 1; the model gave none."),
    };

    /// <summary>Ends step <paramref name="i"/> in the state <paramref name="x"/>.</summary>
    /// <param name="i">The number of the step.</param>
    /// <param name="x">The state at the next σ.</param>
    /// <param name="denoised">The step's estimate of the clean latents.</param>
    /// <param name="carried">Tensors of this step that later ones read, other than <paramref name="x"/> and <paramref name="denoised"/>.</param>
    internal SamplerStep Step(int i, Tensor x, Tensor denoised, params IEnumerable<Tensor> carried) =>
        new(i, Count, Sigmas[i], Sigmas[i + 1], x, denoised) { Carried = [.. carried] };
}

/// <summary>The state after a step. Its tensors live until the next step is asked for; <see cref="X"/> of the last step belongs to the caller.</summary>
/// <param name="Index">The number of the step, from 0. dpm_adaptive chooses its own steps: there it tells how far along the schedule it is.</param>
/// <param name="Count">The number of steps.</param>
/// <param name="Sigma">The noise level where the step began.</param>
/// <param name="SigmaNext">The noise level of <paramref name="X"/>.</param>
/// <param name="X">The new state, [B, C, H, W].</param>
/// <param name="Denoised">The step's estimate of the clean latents, for previews, [B, C, H, W].</param>
public sealed record SamplerStep(int Index, int Count, double Sigma, double SigmaNext, Tensor X, Tensor Denoised)
{
    /// <summary>Whether this is the last step: <see cref="X"/> is the result.</summary>
    public bool IsLast => Index == Count - 1;

    /// <summary>What the sampler remembers for later steps.</summary>
    internal IReadOnlyList<Tensor> Carried { get; init; } = [];
}
