using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Parity;

/// <summary>How far a result is from a golden tensor.</summary>
public static class Distance
{
    /// <summary>Largest absolute difference.</summary>
    public static double MaxAbs(Tensor actual, Tensor expected) => (actual.to(float64) - expected.to(float64)).abs().max().item<double>();

    /// <summary>‖actual − expected‖₂ / ‖expected‖₂.</summary>
    public static double RelativeL2(Tensor actual, Tensor expected) =>
        ((actual.to(float64) - expected.to(float64)).norm() / expected.to(float64).norm().AtLeast(1e-30)).item<double>();

    /// <summary>Fails unless both shapes are equal, everything is finite and the distances are within the tolerances.</summary>
    public static void Within(Tensor actual, Tensor expected, double maxAbs = double.PositiveInfinity, double relativeL2 = double.PositiveInfinity, string what = "")
    {
        Xunit.Assert.True(actual.shape.SequenceEqual(expected.shape), $"{what}: shape [{string.Join(',', actual.shape)}], golden [{string.Join(',', expected.shape)}]");
        double max = MaxAbs(actual, expected), l2 = RelativeL2(actual, expected);
        Xunit.Assert.True(max <= maxAbs && l2 <= relativeL2, $"{what}: max abs {max:g3} (≤ {maxAbs:g3}), relative L2 {l2:g3} (≤ {relativeL2:g3})");
    }
}
