using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Guidance;

/// <summary>Classifier-free guidance of one run. It remembers what single methods carry from step to step; a run that starts anew (σ rises) starts without it.</summary>
/// <param name="options">What to do.</param>
/// <param name="flow">The flow that turns percents into σ.</param>
/// <param name="sigmas">The noise levels of the run, descending; <see cref="GuidanceMethod.CfgPlusPlus"/> alone needs them.</param>
/// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
public sealed class Guide(GuidanceOptions options, Flow flow, IReadOnlyList<double>? sigmas = null) : IDisposable
{
    readonly GuidanceOptions options = Checked(options);
    readonly double start = flow.PercentToSigma(options.Start), end = flow.PercentToSigma(options.End);
    double lastSigma = double.PositiveInfinity;
    Tensor? carried;

    /// <summary>Whether the prediction for the negative prompt changes anything at σ. Where not, the model need not make it.</summary>
    public bool Acts(double sigma) => Math.Abs(options.Cfg - 1) > 1e-9 && sigma <= start && sigma >= end;

    /// <summary>The guided velocity, (b, c, h, w) in fp32.</summary>
    /// <param name="x">The noisy state, (b, c, h, w) in fp32.</param>
    /// <param name="sigma">Its noise level, above 0.</param>
    /// <param name="conditional">The velocity for the prompt, (b, c, h, w) in any type.</param>
    /// <param name="unconditional">That for the negative prompt; null is allowed where guidance doesn't act.</param>
    /// <exception cref="ArgumentNullException">Guidance acts and the negative prompt's velocity is missing.</exception>
    public Tensor Apply(Tensor x, double sigma, Tensor conditional, Tensor? unconditional)
    {
        using var scope = NewDisposeScope();
        var c = conditional.to(float32);
        var velocity = Acts(sigma) ? Guided(x, sigma, c, (unconditional ?? throw new ArgumentNullException(nameof(unconditional))).to(float32)) : c;
        return velocity.Over(options.EpsilonScale).MoveToOuterDisposeScope();
    }

    Tensor Guided(Tensor x, double sigma, Tensor c, Tensor u)
    {
        if (sigma > lastSigma) Forget();
        lastSigma = sigma;
        double scale = options.Cfg;
        var velocity = options.Method switch
        {
            GuidanceMethod.Apg => GuidanceForms.Apg(WithMomentum(c - u), c, u, scale, options.Eta, options.NormThreshold),
            GuidanceMethod.ZeroStar => GuidanceForms.ZeroStar(c, u, scale),
            GuidanceMethod.Tcfg => GuidanceForms.Tcfg(c, u, scale),
            GuidanceMethod.Smc => Sliding(c - u, u),
            GuidanceMethod.CfgPlusPlus => GuidanceForms.Cfg(c, u, GuidanceForms.PlusPlusScale(scale, sigma, Next(sigma))),
            GuidanceMethod.Cfg => GuidanceForms.Cfg(c, u, scale),
            _ => OnDenoised(x, sigma, c, u),
        };
        return options.Rescale > 0 && options.Method != GuidanceMethod.RescaleComfy ? GuidanceForms.Rescale(velocity, c, options.Rescale) : velocity;
    }

    /// <summary>The methods that act on denoised latents. They are ComfyUI's, where Anima's latents have a dimension of time: some measure along it.</summary>
    Tensor OnDenoised(Tensor x, double sigma, Tensor c, Tensor u)
    {
        x = x.unsqueeze(2);
        (c, u) = (Flow.Denoised(x, c.unsqueeze(2), sigma), Flow.Denoised(x, u.unsqueeze(2), sigma));
        double scale = options.Cfg;
        var denoised = options.Method switch
        {
            GuidanceMethod.ApgComfy => GuidanceForms.ApgComfy(WithMomentum(c - u), c, scale, options.Eta, options.NormThreshold),
            GuidanceMethod.ZeroStarComfy => GuidanceForms.ZeroStarComfy(x, c, u, scale),
            GuidanceMethod.CfgNorm => GuidanceForms.CfgNorm(c, u, scale, options.NormStrength),
            GuidanceMethod.RenormCfg => GuidanceForms.RenormCfg(c, u, scale, options.NormStrength),
            GuidanceMethod.Mahiro => GuidanceForms.Mahiro(c, u, scale),
            GuidanceMethod.RescaleComfy => GuidanceForms.RescaleComfy(x, sigma, c, u, scale, options.Rescale),
            var unknown => throw new InvalidOperationException($"There is no guidance method {unknown}."),
        };
        return (x - denoised).Over(sigma).squeeze(2);
    }

    /// <summary><c>ḡ ← g + β·ḡ</c></summary>
    Tensor WithMomentum(Tensor g)
    {
        if (options.Momentum == 0) return g;
        var average = carried is null ? g : g.Plus(carried.Times(options.Momentum));
        Carry(average);
        return average;
    }

    Tensor Sliding(Tensor g, Tensor u)
    {
        var velocity = GuidanceForms.Smc(g, carried ?? g, u, options.Cfg, options.SlidingRate, options.SlidingGain);
        Carry(g);
        return velocity;
    }

    double Next(double sigma) =>
        (sigmas ?? throw new InvalidOperationException("CFG++ needs the noise levels of the run.")).FirstOrDefault(s => s < sigma);

    /// <summary>Keeps a tensor for the next step: scopes of this one end before.</summary>
    void Carry(Tensor tensor)
    {
        carried?.Dispose();
        carried = tensor.DetachFromDisposeScope();
    }

    void Forget()
    {
        carried?.Dispose();
        carried = null;
    }

    static GuidanceOptions Checked(GuidanceOptions options)
    {
        options.Check();
        return options;
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();
}
