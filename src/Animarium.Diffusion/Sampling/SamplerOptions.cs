using System.Runtime.CompilerServices;

namespace Animarium.Diffusion.Sampling;

/// <summary>Settings of single samplers; null stands for the sampler's own default. Samplers ignore what doesn't concern them.</summary>
/// <remarks>A value out of its range throws <see cref="ArgumentOutOfRangeException"/>, which names the range.</remarks>
public sealed record SamplerOptions
{
    /// <summary>How much of the noise is replaced in each step by ancestral and SDE samplers, 0–10: 0 makes them deterministic, 1 is their default.</summary>
    public double Eta { get; init => field = Within(value, 0, 10); } = 1;

    /// <summary>Factor on injected noise (<c>s_noise</c>), 0–100.</summary>
    public double NoiseScale { get; init => field = Within(value, 0, 100); } = 1;

    /// <summary>The order of lms (1–4, default 4), ipndm and ipndm_v (1–4, 4), deis (1–4, 3) and dpm_adaptive (2 or 3; others count as 3).</summary>
    public int? Order { get; init => field = value is { } order ? (int)Within(order, 1, 4) : null; }

    /// <summary>The highest stage of er_sde, 1–3.</summary>
    public int MaxStage { get; init => field = (int)Within(value, 1, 3); } = 3;

    /// <summary>The noise scaler of er_sde.</summary>
    public ErSdeScaler Scaler { get; init; }

    /// <summary>γ of gradient_estimation, 0–10; 1 is Euler's method.</summary>
    public double Gamma { get; init => field = Within(value, 0, 10); } = 2;

    /// <summary>Where sa_solver is stochastic, as shares of sampling, and how much (η 0–10).</summary>
    public TauInterval Tau { get; init => field = value with { Eta = Within(value.Eta, 0, 10) }; } = new(0.2, 0.8, 1);

    /// <summary>The order of sa_solver's predictor, 1–6.</summary>
    public int PredictorOrder { get; init => field = (int)Within(value, 1, 6); } = 3;

    /// <summary>The order of sa_solver's corrector, 0 (none) to 6.</summary>
    public int CorrectorOrder { get; init => field = (int)Within(value, 0, 6); } = 4;

    /// <summary>Whether sa_solver's second order uses the simplified weights of its paper, appendix D.</summary>
    public bool SimpleOrder2 { get; init; }

    static double Within(double value, double low, double high, [CallerMemberName] string name = "") => value >= low && value <= high
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"The sampler option {name} must be between {low} and {high}.");
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
