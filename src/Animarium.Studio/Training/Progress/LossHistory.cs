namespace Animarium.Studio.Training.Progress;

/// <summary>A point of a curve.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Value">Finite.</param>
public readonly record struct CurvePoint(long Step, double Value);

/// <summary>The course of a run's loss at one moment. What is no number in the file is left out: a loss that overflowed makes a gap, not a broken chart.</summary>
/// <param name="LastStep">The last step that was written; 0: none yet.</param>
/// <param name="Smooth">The smoothed loss of what the run was just shown.</param>
/// <param name="Measured">The mean loss at fixed noise levels with fixed noise.</param>
/// <param name="Levels">The same for each noise level σ, rising.</param>
/// <param name="NotFinite">Steps whose loss was no number.</param>
/// <param name="SecondsPerStep">Of the last steps, on average; null before the first.</param>
public sealed record LossCurves(
    long LastStep, IReadOnlyList<CurvePoint> Smooth, IReadOnlyList<CurvePoint> Measured, IReadOnlyList<(double Sigma, IReadOnlyList<CurvePoint> Points)> Levels, int NotFinite, double? SecondsPerStep)
{
    /// <summary>Of each stretch its lowest and highest point, so that no peak is lost.</summary>
    /// <param name="points">By step.</param>
    /// <param name="most">About so many points are left.</param>
    public static IReadOnlyList<CurvePoint> Thinned(IReadOnlyList<CurvePoint> points, int most)
    {
        if (points.Count <= most) return points;
        int stretch = (2 * points.Count + most - 1) / most;
        return [.. points.Chunk(stretch).SelectMany(part => new[] { part.MinBy(point => point.Value), part.MaxBy(point => point.Value) }.OrderBy(point => point.Step).Distinct())];
    }
}
