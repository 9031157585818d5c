using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Guidance.Caching;

/// <summary>
/// Spectrum's forecast of a network's features over the steps of a run: Chebyshev polynomials fitted by ridge regression, mixed with a line through the
/// last two observations. Prompt and negative prompt have a forecaster each.
/// </summary>
/// <remarks>
/// A fit is linear in what it is fitted to. So a forecast is a weighted sum of observations, and only small matrices are solved, whatever the features' size.
/// Forecasts suit samplers that inject no noise.
/// </remarks>
/// <param name="options">How to forecast.</param>
/// <param name="steps">The number of steps of the run.</param>
public sealed class SpectrumForecaster(SpectrumOptions options, int steps) : IDisposable
{
    readonly List<(int Step, Tensor Features)> observed = [];
    Tensor? error;

    /// <summary>Takes in the features of a step that ran.</summary>
    /// <param name="step">The number of the step, from 0, ascending.</param>
    /// <param name="features">Any shape and type, always the same; a copy is kept.</param>
    public void Observe(int step, Tensor features)
    {
        if (options.Calibration != 0 && observed.Count >= 2)
        {
            error?.Dispose();
            error = Scopes.Scoped(() => features - Sum(step)).DetachFromDisposeScope();
        }
        observed.Add((step, features.clone().DetachFromDisposeScope()));
        if (observed.Count <= options.History) return;
        observed[0].Features.Dispose();
        observed.RemoveAt(0);
    }

    /// <summary>The features expected at a step that doesn't run.</summary>
    /// <param name="step">The number of the step.</param>
    /// <exception cref="InvalidOperationException">Nothing was observed yet.</exception>
    public Tensor Predict(int step)
    {
        if (observed.Count == 0) throw new InvalidOperationException("A forecast needs at least one observed step.");
        return Scopes.Scoped(() => (error is null ? Sum(step) : Sum(step).Accumulate(error, options.Calibration)).to(observed[0].Features.dtype));
    }

    /// <summary>The weighted sum, in fp32.</summary>
    Tensor Sum(int step)
    {
        var weights = Weights(step);
        var sum = observed[0].Features.to(float32).Times(weights[0]);
        for (int k = 1; k < weights.Length; k++) sum.Accumulate(observed[k].Features, weights[k]);
        return sum;
    }

    /// <summary>The weight of each observation.</summary>
    double[] Weights(int step)
    {
        // The polynomials' forecast at τ: φ(τ)ᵀ(XᵀX + λI)⁻¹Xᵀ times the observations, where X has a row φ(τₖ) for each.
        var design = stack(observed.Select(o => Basis(o.Step)));
        var fit = linalg.solve(design.t().matmul(design).Plus(eye(options.Degree + 1, dtype: float64).Times(options.Ridge)), Basis(step));
        double[] weights = design.matmul(fit).data<double>().ToArray();
        if (observed.Count < 2) return weights;

        int last = observed[^1].Step, previous = observed[^2].Step;
        double ahead = options.TaylorFactor ?? (double)(step - last) / (last - previous);
        for (int k = 0; k < weights.Length; k++) weights[k] *= options.Weight;
        weights[^1] += (1 - options.Weight) * (1 + ahead);
        weights[^2] -= (1 - options.Weight) * ahead;
        return weights;
    }

    /// <summary>T₀ … Tₘ at the step's place τ in −1 … 1.</summary>
    Tensor Basis(int step)
    {
        double tau = 2.0 * step / (options.TimeScale ?? steps) - 1;
        var basis = new double[options.Degree + 1];
        for (int m = 0; m < basis.Length; m++) basis[m] = m switch { 0 => 1, 1 => tau, _ => 2 * tau * basis[m - 1] - basis[m - 2] };
        return tensor(basis);
    }

    /// <summary>Frees the observations.</summary>
    public void Dispose()
    {
        foreach (var (_, features) in observed) features.Dispose();
        observed.Clear();
        error?.Dispose();
        error = null;
    }
}
