using Animarium.Diffusion.Sampling;

namespace Animarium.Diffusion.Guidance;

/// <summary>How the predictions for the prompt and for the negative prompt become one.</summary>
public enum GuidanceMethod
{
    /// <summary>Classifier-free guidance (arXiv 2207.12598).</summary>
    Cfg,
    /// <summary>Adaptive projected guidance (arXiv 2410.02416) on velocities, over a whole picture, as in diffusers.</summary>
    Apg,
    /// <summary>ComfyUI's APG node: on denoised latents, per channel; with η 1 and no threshold it is <see cref="Cfg"/> at scale + 1.</summary>
    ApgComfy,
    /// <summary>CFG-Zero* (arXiv 2503.18886): the negative's velocity is first scaled towards the prompt's.</summary>
    ZeroStar,
    /// <summary>ComfyUI's CFGZeroStar node, which scales the negative's denoised latents.</summary>
    ZeroStarComfy,
    /// <summary>TCFG (arXiv 2503.18137): what is tangential to both predictions is taken out of the negative's.</summary>
    Tcfg,
    /// <summary>ComfyUI's CFGNorm node: no position of the guided latents gets longer than the prompt's.</summary>
    CfgNorm,
    /// <summary>RenormCFG of Lumina 2: the guided latents of a picture get no longer than the prompt's.</summary>
    RenormCfg,
    /// <summary>ComfyUI's Mahiro node: less of the negative where it resembles the guided latents.</summary>
    Mahiro,
    /// <summary>ComfyUI's RescaleCFG node. <see cref="GuidanceOptions.Rescale"/> is its multiplier.</summary>
    RescaleComfy,
    /// <summary>SMC-CFG: the guidance is corrected by a sliding mode controller from step to step.</summary>
    Smc,
    /// <summary>CFG++ (arXiv 2406.08070) as a weight that follows the schedule: in Euler steps equal to euler_cfg_pp. Useful scales are 0.6 to 2.</summary>
    CfgPlusPlus,
}

/// <summary>Everything about classifier-free guidance.</summary>
public sealed record GuidanceOptions
{
    /// <summary>The scale, −100 to 100. 1 guides nothing and saves the negative prompt's half of the work.</summary>
    public double Cfg { get; init; } = SamplingDefaults.Base.Cfg;

    /// <summary>The method.</summary>
    public GuidanceMethod Method { get; init; }

    /// <summary>How much of the guided velocity's deviation is set back to the prompt's (arXiv 2305.08891), 0 to 1. Works with every method.</summary>
    public double Rescale { get; init; }

    /// <summary>The share of sampling where guidance begins, 0 to 1, through the shifted map of percents to σ.</summary>
    public double Start { get; init; }

    /// <summary>The share of sampling where guidance ends, 0 to 1.</summary>
    public double End { get; init; } = 1;

    /// <summary>Epsilon scaling (arXiv 2308.15321): predicted noise is divided by this, 0.5 to 1.5.</summary>
    public double EpsilonScale { get; init; } = 1;

    /// <summary>APG: how much of the guidance along the prediction stays, −10 to 10; 1 is all.</summary>
    public double Eta { get; init; } = 1;

    /// <summary>APG: the longest that guidance may be, 0 to 50; 0 sets no bound.</summary>
    public double NormThreshold { get; init; }

    /// <summary>APG: weight of earlier steps' guidance, −5 to 1; the paper advises −0.5, 0 is none.</summary>
    public double Momentum { get; init; }

    /// <summary>CFGNorm: factor on its result, 0 to 100. RenormCFG: how many times longer than the prompt's latents may be; 0 sets no bound.</summary>
    public double NormStrength { get; init; } = 1;

    /// <summary>SMC-CFG: how fast the controller drives guidance to its surface (λ), 0 to 20.</summary>
    public double SlidingRate { get; init; } = 5;

    /// <summary>SMC-CFG: the controller's gain (α), 0 to 1.</summary>
    public double SlidingGain { get; init; } = 0.2;

    /// <summary>Whether a step depends on those before it, so that every call must be for the same whole picture.</summary>
    public bool CarriesState => Method == GuidanceMethod.Smc || (Momentum != 0 && Method is GuidanceMethod.Apg or GuidanceMethod.ApgComfy);

    internal void Check()
    {
        In(nameof(Cfg), Cfg, -100, 100);
        In(nameof(Rescale), Rescale, 0, 1);
        In(nameof(Start), Start, 0, 1);
        In(nameof(End), End, 0, 1);
        In(nameof(EpsilonScale), EpsilonScale, 0.5, 1.5);
        In(nameof(Eta), Eta, -10, 10);
        In(nameof(NormThreshold), NormThreshold, 0, 50);
        In(nameof(Momentum), Momentum, -5, 1);
        In(nameof(NormStrength), NormStrength, 0, 100);
        In(nameof(SlidingRate), SlidingRate, 0, 20);
        In(nameof(SlidingGain), SlidingGain, 0, 1);
    }

    static void In(string name, double value, double low, double high)
    {
        if (!(value >= low && value <= high)) throw new ArgumentOutOfRangeException(name, value, $"{name} of the guidance must be a number from {low} to {high}.");
    }
}
