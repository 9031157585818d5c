using System.Globalization;

namespace Animarium.Studio.Training.Run;

/// <summary>What a run remembers of its losses. Kept with the state, so that a resumed run shows the same average and ends early at the same step.</summary>
/// <param name="patience">Measurements in a row without a better one that end the run; null: it never ends early.</param>
internal sealed class LossCourse(int? patience)
{
    private const double Smoothing = 0.98; // about the mean of the last 50 steps
    private const string SmoothName = "smooth_loss", BestName = "best_measured_loss", WithoutName = "measurements_without_better";

    private double best = double.PositiveInfinity;
    private int without;

    /// <summary>The moving average of the steps' losses; NaN before the first.</summary>
    public double Smooth { get; private set; } = double.NaN;

    /// <summary>As text, exactly.</summary>
    public IReadOnlyDictionary<string, string> Notes => new Dictionary<string, string>
    {
        [SmoothName] = Smooth.ToString(CultureInfo.InvariantCulture), [BestName] = best.ToString(CultureInfo.InvariantCulture), [WithoutName] = without.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Takes the loss of a step.</summary>
    public void Add(double loss) => Smooth = double.IsNaN(Smooth) ? loss : Smooth * Smoothing + loss * (1 - Smoothing);

    /// <summary>Takes a measurement; whether it was one too many.</summary>
    public bool Stops(double measured)
    {
        without = measured < best ? 0 : without + 1;
        best = Math.Min(best, measured);
        return without >= patience;
    }

    /// <summary>Goes on from <see cref="Notes"/>; what is not among them begins anew.</summary>
    public void Restore(IReadOnlyDictionary<string, string> notes)
    {
        Smooth = Number(SmoothName, double.NaN);
        best = Number(BestName, double.PositiveInfinity);
        without = (int)Number(WithoutName, 0);

        double Number(string name, double otherwise) =>
            notes.TryGetValue(name, out string? text) && double.TryParse(text, CultureInfo.InvariantCulture, out double number) ? number : otherwise;
    }
}
