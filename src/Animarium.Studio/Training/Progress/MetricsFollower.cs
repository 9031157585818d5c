using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Animarium.Studio.Training.Progress;

/// <summary>Follows a run's <c>metrics.jsonl</c> while it is written: each look reads what is new. Anything that is no line of it is passed over. May be used from several threads.</summary>
/// <param name="path">The file; it need not be there yet.</param>
public sealed class MetricsFollower(string path)
{
    private const int MostPoints = 4000, KeptPoints = 2000; // of a curve: thinned to the second where it passes the first
    private const int MarkBytes = 64; // before the place read up to: if they change, the file is another
    private const int PieceBytes = 1 << 20; // read at a time
    private const double RateSmoothing = 0.9; // about the mean of the last 10 steps

    private readonly Lock access = new();
    private readonly SortedDictionary<double, List<CurvePoint>> levels = [];
    private List<CurvePoint> smooth = [], measured = [];
    private byte[] mark = [];
    private long place, lastStep;
    private int notFinite;
    private double? rate;

    /// <summary>Reads on.</summary>
    /// <returns>Everything up to now; what was read before, where the file cannot be read just now.</returns>
    public LossCurves Look()
    {
        lock (access)
        {
            try
            {
                if (File.Exists(path)) ReadOn();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // replaced just now by a run that is resumed; the next look finds it
            }
            return new(lastStep, [.. smooth], [.. measured], [.. levels.Select(level => (level.Key, (IReadOnlyList<CurvePoint>)[.. level.Value]))], notFinite, rate);
        }
    }

    private void ReadOn()
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // A run that is resumed writes the file anew, without the steps that it makes again.
        if (stream.Length < place || !Mark(stream).AsSpan().SequenceEqual(mark)) Forget();
        bool more;
        do
        {
            byte[] fresh = new byte[Math.Min(PieceBytes, stream.Length - place)];
            stream.Position = place;
            int read = stream.ReadAtLeast(fresh, fresh.Length, throwOnEndOfStream: false);
            more = read == PieceBytes;
            int whole = fresh.AsSpan(0, read).LastIndexOf((byte)'\n') + 1; // what follows the last line's end is half written
            foreach (string line in Encoding.UTF8.GetString(fresh, 0, whole).Split('\n')) Take(line);
            // In bytes: what is no UTF-8 has no length as text. A piece without an end of a line is none of a run's.
            place += whole == 0 && more ? read : whole;
        }
        while (more);
        mark = Mark(stream);
    }

    private byte[] Mark(FileStream stream)
    {
        byte[] bytes = new byte[Math.Min(MarkBytes, place)];
        stream.Position = place - bytes.Length;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private void Forget()
    {
        (place, lastStep, notFinite, rate, mark) = (0, 0, 0, null, []);
        smooth.Clear();
        measured.Clear();
        levels.Clear();
    }

    private void Take(string line)
    {
        if (MetricsLog.Parsed(line) is not { } facts || (long)facts["step"]! is var step && step < 0) return;
        switch ((string?)(facts["event"] as JsonValue))
        {
            case "step":
                lastStep = Math.Max(lastStep, step);
                if (Number(facts["loss"]) is null) notFinite++;
                Add(ref smooth, step, Number(facts["smooth_loss"]));
                if (Number(facts["seconds"]) is { } seconds) rate = rate is { } before ? before * RateSmoothing + seconds * (1 - RateSmoothing) : seconds;
                break;
            case "measured":
                Add(ref measured, step, Number(facts["loss"]));
                if (facts["sigmas"] is not JsonArray sigmas || facts["losses"] is not JsonArray losses) break;
                foreach (var (sigma, loss) in sigmas.Zip(losses))
                {
                    if (Number(sigma) is not { } level) continue;
                    var points = levels.GetValueOrDefault(level) ?? [];
                    Add(ref points, step, Number(loss));
                    levels[level] = points;
                }
                break;
        }
    }

    private static void Add(ref List<CurvePoint> points, long step, double? value)
    {
        if (value is not { } finite) return;
        points.Add(new(step, finite));
        if (points.Count > MostPoints) points = [.. LossCurves.Thinned(points, KeptPoints)];
    }

    private static double? Number(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double number) && double.IsFinite(number) ? number : null;
}
