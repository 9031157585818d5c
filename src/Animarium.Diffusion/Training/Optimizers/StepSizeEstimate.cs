using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>How <see cref="ProdigyPlusScheduleFree"/> finds d for a set of tensors, and how much a step counts in their average.</summary>
sealed class StepSizeEstimate
{
    readonly ProdigyPlusOptions options;
    readonly StateNumber d, numerator, weights;
    readonly double beta3;
    double dot, denominator, weight;

    /// <param name="options">The optimizer's.</param>
    /// <param name="keep">Makes a number of state.</param>
    public StepSizeEstimate(ProdigyPlusOptions options, Func<string, StateNumber> keep)
    {
        this.options = options;
        beta3 = options.Beta3 ?? Math.Sqrt(options.Betas.Second);
        (d, numerator, weights) = (keep("d"), keep("d_numerator"), keep("weight_sum"));
        d.Value = options.D0;
    }

    public double D => d.Value;

    /// <summary>Adds one tensor to the estimate of the running step.</summary>
    /// <param name="gradient">(n)</param>
    /// <param name="way">(n), start − z</param>
    /// <param name="sum">(n), bf16: the tensor's state s, changed</param>
    public void TakeIn(Tensor gradient, Tensor way, Tensor sum)
    {
        double factor = D * D / Math.Sqrt(options.D0);
        denominator += sum.Scale(beta3).Accumulate(gradient, factor).abs().sum().to(float32).item<float>();
        dot += factor * gradient.dot(way).item<float>();
    }

    /// <summary>How much of the average this step makes up, 0 to 1.</summary>
    /// <param name="pace">Its rate without the group's factor, which drops out.</param>
    public double Share(double pace)
    {
        weight = pace * pace;
        double total = weights.Value + weight, share = total > 0 ? weight / total : 0;
        return options.AveragingStrength > 0 ? Math.Min(1, share * (1 - options.Betas.First) * options.AveragingStrength) : share;
    }

    /// <summary>Ends the step: d for the next one.</summary>
    /// <param name="settled">Whether d no longer changes.</param>
    public void Finish(bool settled)
    {
        weights.Value += weight;
        if (!settled)
        {
            numerator.Value *= beta3;
            // Nothing negative is gathered before the first progress.
            if (D > options.D0 || dot > 0) numerator.Value += dot;
            if (denominator > 0)
            {
                double estimate = numerator.Value / denominator;
                if (options.LimitsGrowth) estimate = Math.Min(D * Math.Pow(2, 0.25), estimate);
                d.Value = Math.Max(D, estimate * options.DCoefficient);
            }
        }
        (dot, denominator, weight) = (0, 0, 0);
    }
}
