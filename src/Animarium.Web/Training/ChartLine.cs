using Animarium.Studio.Training.Progress;

namespace Animarium.Web.Training;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is called below the chart.</param>
/// <param name="Colour">CSS.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Points">Finite, by step.</param>
public sealed record ChartLine(string Name, string Colour, double Width, IReadOnlyList<CurvePoint> Points);
