using System.Runtime.Intrinsics;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>One step of Adam (Kingma and Ba 2015) on a tensor and its two moments.</summary>
/// <param name="Beta1">What the mean of the gradients keeps.</param>
/// <param name="Beta2">What the mean of their squares keeps.</param>
/// <param name="Shrink">Factor on the weights before the step: decoupled decay (Loshchilov and Hutter 2019).</param>
/// <param name="L2">Share of the weights that is added to the gradient.</param>
/// <param name="Length">rate / (1 − β₁ᵗ)</param>
/// <param name="Correction">1 / √(1 − β₂ᵗ)</param>
/// <param name="Epsilon">Added to the root.</param>
readonly record struct AdamPass(double Beta1, double Beta2, double Shrink, double L2, double Length, double Correction, double Epsilon)
{
    const int Multiple = 16;

    /// <summary>Changes weights and moments; every element is read and written once where <see cref="TensorMemory"/> allows, a step being as fast as memory.</summary>
    /// <param name="value">The weights, fp32.</param>
    /// <param name="gradient">Of their shape; not changed.</param>
    /// <param name="mean">First moment.</param>
    /// <param name="square">Second moment.</param>
    public void Apply(Tensor value, Tensor gradient, Tensor mean, Tensor square)
    {
        if (TensorMemory.Suits(value.numel(), Multiple, [value, gradient, mean, square])) Fused(value, gradient, mean, square);
        else Plain(value, gradient, mean, square);
    }

    internal void Plain(Tensor value, Tensor gradient, Tensor mean, Tensor square)
    {
        if (L2 != 0) gradient = gradient.Plus(value.Times(L2));
        if (Shrink != 1) value.Scale(Shrink);
        mean.MoveTowards(gradient, 1 - Beta1);
        square.Scale(Beta2).AccumulateProduct(gradient, gradient, 1 - Beta2);
        value.AccumulateQuotient(mean, square.sqrt().Scale(Correction).Increase(Epsilon), -Length);
    }

    unsafe void Fused(Tensor value, Tensor gradient, Tensor mean, Tensor square)
    {
        nint w = (nint)value.Address(), g = (nint)gradient.Address(), m = (nint)mean.Address(), v = (nint)square.Address();
        var (gain1, gain2) = (Vector512.Create((float)(1 - Beta1)), Vector512.Create((float)(1 - Beta2)));
        var (beta2, shrink, l2) = (Vector512.Create((float)Beta2), Vector512.Create((float)Shrink), Vector512.Create((float)L2));
        var (length, correction, epsilon) = (Vector512.Create((float)Length), Vector512.Create((float)Correction), Vector512.Create((float)Epsilon));
        Rows.For(value.numel() / Multiple, Multiple, (first, end) =>
        {
            for (long i = first * Multiple; i < end * Multiple; i += Multiple)
            {
                var weight = Fp32.Load((void*)w, i);
                var slope = Vector512.FusedMultiplyAdd(l2, weight, Fp32.Load((void*)g, i));
                var first1 = Fp32.Load((void*)m, i);
                first1 = Vector512.FusedMultiplyAdd(gain1, slope - first1, first1);
                var second = Vector512.FusedMultiplyAdd(slope * slope, gain2, beta2 * Fp32.Load((void*)v, i));
                Fp32.Store((void*)m, i, first1);
                Fp32.Store((void*)v, i, second);
                var denominator = Vector512.FusedMultiplyAdd(Vector512.Sqrt(second), correction, epsilon);
                Fp32.Store((void*)w, i, weight * shrink - length * (first1 / denominator));
            }
        });
        foreach (var tensor in (ReadOnlySpan<Tensor>)[value, gradient, mean, square]) GC.KeepAlive(tensor);
    }
}
