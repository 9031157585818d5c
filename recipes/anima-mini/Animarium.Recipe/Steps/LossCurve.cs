using System.Globalization;
using System.Text;
using Animarium.Studio.Images;

namespace Animarium.Recipe.Steps;

/// <summary>The losses of pictures that are not trained on, with averaged weights, over all rounds: a table <c>round,step,pixels,loss</c> that grows while the transformer is trained.</summary>
internal sealed class LossCurve(string file)
{
    const string Heading = "round,step,pixels,loss";
    const int MostTicks = 10;

    static readonly double[] TickFactors = [1, 2, 5, 10];

    /// <param name="Round">Name of the round's state.</param>
    /// <param name="Step">Of that round, from 1.</param>
    /// <param name="Pixels">Side of the pictures.</param>
    /// <param name="Loss">Mean squared error of the velocity.</param>
    internal readonly record struct Row(string Round, long Step, long Pixels, double Loss)
    {
        public override string ToString() => FormattableString.Invariant($"{Round},{Step},{Pixels},{Loss:0.####}");
    }

    /// <summary>Adds what was measured after a step. What the file has of that round from this step on is replaced: a round may have gone on from an earlier state.</summary>
    public void Add(string round, long step, IEnumerable<(long Pixels, double Loss)> losses)
    {
        var before = File.Exists(file) ? Read().Where(row => row.Round != round || row.Step < step) : [];
        var rows = before.Concat(losses.Select(loss => new Row(round, step, loss.Pixels, loss.Loss)));
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(string.Join('\n', [Heading, .. rows.Select(row => row.ToString()), ""])));
    }

    /// <summary>One line for each round and size, round after round to the right (SVG).</summary>
    public string Draw()
    {
        var rows = Read().ToList();
        if (rows.Count == 0) throw new InvalidDataException($"{file} holds no losses yet.");
        var lines = new List<PlotLine>();
        long begin = 0;
        foreach (var (n, round) in rows.GroupBy(row => row.Round).Index())
        {
            foreach (var size in round.GroupBy(row => row.Pixels))
                lines.Add(new($"round {n + 1}, {size.Key} pixels", [.. size.Select(row => ((double)(begin + row.Step), row.Loss))], LinePlot.Colours[1 + lines.Count % (LinePlot.Colours.Count - 1)]));
            begin += round.Max(row => row.Step);
        }
        var plot = new LinePlot { XTitle = "steps", XTicks = Ticks(begin), YTicks = Ticks(rows.Select(row => row.Loss).Where(loss => loss is > 0 and < double.PositiveInfinity).DefaultIfEmpty(1).Max()), YFormat = "0.00" };
        return plot.Draw(lines);
    }

    IEnumerable<Row> Read()
    {
        foreach (var (n, line) in File.ReadLines(file).Index().Skip(1))
            yield return line.Split(',') is [.. var round, var step, var pixels, var loss] && long.TryParse(step, CultureInfo.InvariantCulture, out long at) && long.TryParse(pixels, CultureInfo.InvariantCulture, out long side) && double.TryParse(loss, CultureInfo.InvariantCulture, out double value)
                ? new(string.Join(',', round), at, side, value)
                : throw new InvalidDataException($"{file}, line {n + 1}: '{line}' is not of the form {Heading}.");
    }

    // From 0 in steps of 1, 2 or 5 times a power of ten, past the highest value.
    static double[] Ticks(double highest)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(highest / MostTicks)));
        double step = TickFactors.Select(factor => factor * power).First(step => step * MostTicks >= highest);
        return [.. Enumerable.Range(0, (int)Math.Ceiling(highest / step - 1e-9) + 1).Select(n => n * step)];
    }
}
