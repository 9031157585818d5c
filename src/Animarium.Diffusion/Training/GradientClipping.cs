using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training;

/// <summary>The length of all gradients together.</summary>
/// <param name="Norm">Its L2 norm before clipping.</param>
/// <param name="Factor">What the gradients were multiplied by, at most 1.</param>
public readonly record struct GradientNorm(double Norm, double Factor)
{
    /// <summary>Whether the gradients can be used: a single NaN or infinity among them makes the norm one.</summary>
    public bool IsFinite => double.IsFinite(Norm);
}

/// <summary>Limits the gradients of a step, after accumulation.</summary>
public static class GradientClipping
{
    // PyTorch's, against a division by 0.
    const double Least = 1e-6;

    /// <summary>Scales all gradients by one factor, so that the norm over all tensors is at most the limit. Gradients that aren't finite are left alone: skip the step.</summary>
    /// <param name="groups">What is trained; parameters without a gradient are passed over.</param>
    /// <param name="limit">Largest norm; 0: none, the norm is measured only.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative or not a number.</exception>
    public static GradientNorm Clip(IReadOnlyList<ParameterGroup> groups, double limit)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (!(limit >= 0)) throw new ArgumentOutOfRangeException(nameof(limit), $"The largest gradient norm {limit} must be a number of at least 0; 0 switches clipping off.");
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var gradients = groups.SelectMany(g => g.Parameters).Select(p => p.Value.grad).OfType<Tensor>().ToList();
        if (gradients.Count == 0) return new(0, 1);
        double norm = stack(gradients.Select(g => g.norm())).norm().item<float>(), factor = limit > 0 ? Math.Min(1, limit / (norm + Least)) : 1;
        if (!double.IsFinite(norm)) return new(norm, 1);
        if (factor < 1)
            foreach (var gradient in gradients) gradient.Scale(factor);
        return new(norm, factor);
    }
}
