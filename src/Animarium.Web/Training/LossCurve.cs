using System.Text.Json;

namespace Animarium.Web.Training;

/// <summary>A curve of a training's loss, read from its metrics.</summary>
/// <param name="Event">The kind of entry it comes from.</param>
/// <param name="Points">Steps and values in order.</param>
public sealed record LossCurve(string Event, IReadOnlyList<(double Step, double Loss)> Points)
{
    private const int MostPoints = 400; // more than a chart has pixels for

    /// <summary>The smoothed loss, and the loss at fixed noise levels with fixed noise; empty while there is nothing to read.</summary>
    /// <param name="metrics">The run's <c>metrics.jsonl</c>; it may be written to meanwhile.</param>
    public static IReadOnlyList<LossCurve> Read(string metrics)
    {
        var smooth = new List<(double, double)>();
        var measured = new List<(double, double)>();
        if (!File.Exists(metrics)) return [];
        using var stream = new FileStream(metrics, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            try
            {
                using var entry = JsonDocument.Parse(line);
                string? kind = entry.RootElement.TryGetProperty("event", out var name) ? name.GetString() : null;
                var (list, value) = kind switch { "step" => (smooth, "smooth_loss"), "measured" => (measured, "loss"), _ => (null, "") };
                if (list is not null && entry.RootElement.TryGetProperty(value, out var loss) && loss.ValueKind == JsonValueKind.Number) list.Add((entry.RootElement.GetProperty("step").GetDouble(), loss.GetDouble()));
            }
            catch (JsonException)
            {
                // The last line may be half written.
            }
        }
        return [.. new[] { new LossCurve("step", Thinned(smooth)), new LossCurve("measured", Thinned(measured)) }.Where(curve => curve.Points.Count > 1)];
    }

    /// <summary>Of each stretch its lowest and highest point, so that no peak is lost.</summary>
    internal static IReadOnlyList<(double Step, double Loss)> Thinned(IReadOnlyList<(double Step, double Loss)> points)
    {
        if (points.Count <= MostPoints) return points;
        int stretch = (2 * points.Count + MostPoints - 1) / MostPoints;
        return [.. points.Chunk(stretch).SelectMany(part => new[] { part.MinBy(point => point.Loss), part.MaxBy(point => point.Loss) }.OrderBy(point => point.Step).Distinct())];
    }
}
