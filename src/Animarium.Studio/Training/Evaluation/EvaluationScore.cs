namespace Animarium.Studio.Training.Evaluation;

/// <summary>The parts of the score of a checkpoint at a strength, each 0 (bad) … 1 (good); NaN: not measured. See docs/decisions/0009-evaluation.md for why these.</summary>
/// <param name="Learned">How far the pictures went on the way from the base model's pictures to the training pictures.</param>
/// <param name="Following">Share of the prompts' tags that are read back, against the share on the training pictures.</param>
/// <param name="Originality">Share of pictures that are no copy of a training picture.</param>
/// <param name="Restraint">1 / (1 + drift), where drift is how far pictures moved that were not asked to, in units of the distance of two seeds of the base model.</param>
/// <param name="Diversity">Distance of two seeds against that of the base model, at most 1 for each prompt.</param>
public readonly record struct ScoreParts(double Learned, double Following, double Originality, double Restraint, double Diversity)
{
    /// <summary>The names of the parts, in the order of <see cref="Values"/>, and how much each counts.</summary>
    public static IReadOnlyList<(string Name, double Weight)> Weights { get; } = [("learned", 0.35), ("following", 0.25), ("originality", 0.15), ("restraint", 0.15), ("diversity", 0.10)];

    // A part of 0 would leave nothing to tell two bad checkpoints apart by.
    internal const double Floor = 0.01;

    /// <summary>All parts.</summary>
    public IReadOnlyList<double> Values => [Learned, Following, Originality, Restraint, Diversity];

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
        // Prompt by prompt: one whose seeds still differ must not hide that those of the others do not.
        double diversity = Numbers.Mean(chosen.Select(n => before.Prompts[n].Spread is > 0 and var usual ? Math.Min(1, Prompts[n].Spread / usual) : double.NaN));
        return new(Math.Clamp(Mean(m => m.Learned, chosen), 0, 1), double.IsFinite(following) ? Math.Min(1, following) : double.NaN, 1 - Mean(m => m.Copies, chosen), 1 / (1 + drift), diversity);
    }

    /// <summary>How far pictures moved that were not asked to (half the empty prompt, half the prompts without calling words), in units of the distance of two seeds of the base model.</summary>
    public double Drift(CellMeasures before, IReadOnlyList<int> chosen) =>
        Numbers.Mean([EmptyMoved, Mean(m => m.Moved, chosen)]) / Math.Max(1e-6, Numbers.Mean([before.EmptyMoved, before.Mean(m => m.Moved, chosen)]));
}
