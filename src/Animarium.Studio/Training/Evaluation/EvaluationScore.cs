namespace Animarium.Studio.Training.Evaluation;

/// <summary>The parts of the score of a checkpoint at a strength, each 0 (bad) … 1 (good); NaN: not measured. See docs/decisions/0009-evaluation.md for why these.</summary>
/// <param name="Learned">How far the pictures went on the way from the base model's pictures to the training pictures.</param>
/// <param name="Detail">How near their lines and edges come to those of the training pictures, 1: as near as these among themselves.</param>
/// <param name="Following">Share of the prompts' tags that are read back, against the share on the training pictures.</param>
/// <param name="Originality">Share of pictures that are no copy of a training picture.</param>
/// <param name="Restraint">1 / (1 + drift), where drift is how far pictures moved that were not asked to, in units of the distance of two seeds of the base model.</param>
/// <param name="Diversity">Distance of two seeds against that of the base model: less is a loss of variety; more means half-formed pictures, which differ most of all.</param>
public readonly record struct ScoreParts(double Learned, double Detail, double Following, double Originality, double Restraint, double Diversity)
{
    /// <summary>The names of the parts, in the order of <see cref="Values"/>, and how much each counts.</summary>
    public static IReadOnlyList<(string Name, double Weight)> Weights { get; } = [("learned", 0.20), ("detail", 0.20), ("following", 0.20), ("originality", 0.15), ("restraint", 0.15), ("diversity", 0.10)];

    // A part of 0 would leave nothing to tell two bad checkpoints apart by.
    internal const double Floor = 0.01;

    /// <summary>How near the pictures are to the training pictures, in what they show and in how it is drawn: what training is for.</summary>
    public double Fidelity => Learned * (double.IsNaN(Detail) ? 1 : Detail);

    /// <summary>All parts.</summary>
    public IReadOnlyList<double> Values => [Learned, Detail, Following, Originality, Restraint, Diversity];

    /// <summary>
    /// The weighted geometric mean of what was measured, 0 … 1: unlike a sum it lets no part buy off the failure of another, so that the untouched base model, which follows prompts and
    /// copies nothing, does not win.
    /// </summary>
    public double Score
    {
        get
        {
            var (sum, weights) = (0.0, 0.0);
            foreach (var (value, (_, weight)) in Values.Zip(Weights))
                if (!double.IsNaN(value)) (sum, weights) = (sum + weight * Math.Log(Math.Max(value, Floor)), weights + weight);
            return Math.Exp(sum / weights);
        }
    }
}

/// <summary>The measures of all prompts for one checkpoint at one strength, or for the base model.</summary>
/// <param name="Prompts">One for each prompt.</param>
/// <param name="EmptyMoved">1 − likeness of the empty prompt's pictures to the base model's.</param>
public sealed record CellMeasures(IReadOnlyList<PromptMeasures> Prompts, double EmptyMoved)
{
    private const double SmallestSpread = 1e-9; // of equal pictures

    /// <summary>A mean over some prompts.</summary>
    /// <param name="read">What is averaged.</param>
    /// <param name="chosen">The prompts, each as often as it counts.</param>
    public double Mean(Func<PromptMeasures, double> read, IReadOnlyList<int> chosen) => Numbers.Mean(chosen.Select(n => read(Prompts[n])));

    /// <summary>The parts of the score over some prompts.</summary>
    /// <param name="before">The base model, its own <c>Moved</c> and <c>EmptyMoved</c> being the distance of two seeds.</param>
    /// <param name="training">The training pictures.</param>
    /// <param name="chosen">The prompts, each as often as it counts.</param>
    public ScoreParts Parts(CellMeasures before, TrainingSights training, IReadOnlyList<int> chosen)
    {
        double following = Mean(m => m.Following, chosen) / training.Following;
        double drift = Drift(before, chosen);
        double diversity = Spread(chosen) / before.Spread(chosen);
        return new(Math.Clamp(Mean(m => m.Learned, chosen), 0, 1), AtMostOne(training.UsualDetail / Mean(m => m.Detail, chosen)), AtMostOne(following), 1 - Mean(m => m.Copies, chosen), 1 / (1 + drift), Math.Min(diversity, 1 / diversity));

        static double AtMostOne(double value) => double.IsFinite(value) ? Math.Min(1, value) : double.NaN;
    }

    // The geometric mean: one prompt whose seeds still differ must not hide that those of the others do not.
    private double Spread(IReadOnlyList<int> chosen) => Math.Exp(Mean(m => Math.Log(Math.Max(m.Spread, SmallestSpread)), chosen));

    /// <summary>How far pictures moved that were not asked to (half the empty prompt, half the prompts without calling words), in units of the distance of two seeds of the base model.</summary>
    public double Drift(CellMeasures before, IReadOnlyList<int> chosen) =>
        Numbers.Mean([EmptyMoved, Mean(m => m.Moved, chosen)]) / Math.Max(1e-6, Numbers.Mean([before.EmptyMoved, before.Mean(m => m.Moved, chosen)]));
}
