namespace Animarium.Studio.Training.Evaluation;

/// <summary>Means and quantiles of measurements, of which some may be missing.</summary>
internal static class Numbers
{
    /// <summary>The mean of what is a number; NaN if nothing is.</summary>
    public static double Mean(IEnumerable<double> values)
    {
        var (sum, count) = (0.0, 0);
        foreach (double value in values)
            if (!double.IsNaN(value)) (sum, count) = (sum + value, count + 1);
        return count > 0 ? sum / count : double.NaN;
    }

    /// <summary>The quantile of sorted values, between two of them in proportion.</summary>
    /// <param name="sorted">At least one, ascending.</param>
    /// <param name="share">0 … 1.</param>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        double at = share * (sorted.Count - 1);
        int below = (int)at, above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
