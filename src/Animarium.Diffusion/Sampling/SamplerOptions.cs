namespace Animarium.Diffusion.Sampling;

/// <summary>Settings of single samplers; null stands for the sampler's own default. Samplers ignore what doesn't concern them.</summary>
public sealed record SamplerOptions
{
    /// <summary>How much of the noise is replaced in each step by ancestral and SDE samplers: 0 makes them deterministic, 1 is their default.</summary>
    public double Eta { get; init; } = 1;

    /// <summary>Factor on injected noise (<c>s_noise</c>).</summary>
    public double NoiseScale { get; init; } = 1;

    /// <summary>The order of lms (1–4, default 4), ipndm and ipndm_v (1–4, 4), deis (1–4, 3) and dpm_adaptive (2 or 3, 3).</summary>
    public int? Order { get; init; }

    /// <summary>The highest stage of er_sde, 1–3.</summary>
    public int MaxStage { get; init; } = 3;

    /// <summary>The noise scaler of er_sde.</summary>
    public ErSdeScaler Scaler { get; init; }

    /// <summary>γ of gradient_estimation.</summary>
    public double Gamma { get; init; } = 2;

    /// <summary>Where sa_solver is stochastic, as shares of sampling, and how much.</summary>
    public TauInterval Tau { get; init; } = new(0.2, 0.8, 1);

    /// <summary>The order of sa_solver's predictor, 1–6.</summary>
    public int PredictorOrder { get; init; } = 3;

    /// <summary>The order of sa_solver's corrector, 0 (none) to 6.</summary>
    public int CorrectorOrder { get; init; } = 4;

    /// <summary>Whether sa_solver's second order uses the simplified weights of its paper, appendix D.</summary>
    public bool SimpleOrder2 { get; init; }
}

/// <summary>Which reverse process er_sde follows.</summary>
public enum ErSdeScaler
{
    /// <summary>The extended reverse-time SDE of the paper (arXiv 2309.06169).</summary>
    Er,
    /// <summary>The usual reverse-time SDE.</summary>
    Rt,
    /// <summary>The ordinary differential equation: no noise.</summary>
    Ode,
}

/// <summary>An interval of sampling with its own η.</summary>
/// <param name="Start">Where it begins, as a share of sampling, 0–1.</param>
/// <param name="End">Where it ends, 0–1.</param>
/// <param name="Eta">τ within, 0 outside.</param>
public readonly record struct TauInterval(double Start, double End, double Eta);
