using Animarium.Diffusion.Tensors;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>Keeps ‖Δ‖ of a layer below a limit (max-norm regularisation, Srivastava et al. 2014, section 5.1, on the product of the factors).</summary>
static class MaxNorm
{
    /// <summary>Scales every factor by the same number, so that their product shrinks to the limit.</summary>
    /// <returns>Whether it was larger, and its norm afterwards.</returns>
    public static (bool Scaled, double Norm) Limit(TrainableLayer layer, double limit)
    {
        double norm = layer.Norm().item<float>();
        if (!(norm > limit)) return (false, norm);
        double factor = Math.Pow(limit / norm, 1.0 / layer.Degree);
        foreach (var (_, value) in layer.Factors) value.copy_(value.Times(factor));
        return (true, limit);
    }
}
