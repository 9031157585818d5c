using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Noise;

/// <summary>Initial noise moved towards that of other seeds, as A1111's variation seed does.</summary>
/// <param name="Seeds">The other seed of each picture.</param>
/// <param name="Strength">How far: 0 is the picture's own noise, 1 the other's.</param>
public sealed record VariationNoise(IReadOnlyList<ulong> Seeds, double Strength)
{
    /// <summary>Spherical interpolation. As in A1111 the angle is measured along the rows of a picture, not between whole pictures.</summary>
    /// <param name="own">(c, h, w)</param>
    /// <param name="other">(c, h, w)</param>
    public Tensor Apply(Tensor own, Tensor other)
    {
        var cosine = (own / own.norm(1, keepdim: true, p: 2) * (other / other.norm(1, keepdim: true, p: 2))).sum(1, keepdim: true);
        // Where both are nearly the same the weights stand the other way round, which then matters little.
        if (cosine.mean().item<float>() > 0.9995) return own.Times(Strength).Plus(other.Times(1 - Strength));
        var angle = cosine.acos();
        return (angle.Times(1 - Strength).sin() * own).Plus(angle.Times(Strength).sin() * other) / angle.sin();
    }
}
