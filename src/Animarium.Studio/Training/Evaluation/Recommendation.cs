using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>A checkpoint at a strength.</summary>
/// <param name="Path">The LoRA.</param>
/// <param name="Step">Steps it was trained for.</param>
/// <param name="Strength">How strongly it acts.</param>
/// <param name="Measures">What was measured.</param>
/// <param name="Parts">The parts of the score over all prompts.</param>
/// <param name="Low">The score in the worst 5 % of the draws of prompts.</param>
/// <param name="High">The score in the best 5 % of them.</param>
/// <param name="IsWithinNoise">Whether it is the best or, in more than 5 % of the draws of prompts, at least as good.</param>
/// <param name="LearnedMost">Whether, of those within the noise, none learned more: in more than 5 % of the draws its fidelity is at least that of the one with the highest.</param>
public sealed record EvaluatedCell(string Path, long Step, double Strength, CellMeasures Measures, ScoreParts Parts, double Low, double High, bool IsWithinNoise, bool LearnedMost)
{
    /// <summary>The score over all prompts, 0 … 1.</summary>
    public double Score => Parts.Score;
}

/// <summary>Which checkpoint and strength to use, and why.</summary>
/// <param name="Cell">The highest score of those that learned most among those within the noise: where over-fitting cannot be shown, there is no reason to give away what was learned.</param>
/// <param name="Reasons">Sentences in the language of the current UI culture.</param>
public sealed record Recommendation(EvaluatedCell Cell, IReadOnlyList<string> Reasons)
{
    private const int Draws = 1000;
    private const double Tail = 0.05;
    private const int MostNamed = 5;

    /// <summary>Scores all cells; which differences are real is told by the bootstrap: prompts are drawn again and again, the same for all cells.</summary>
    /// <param name="cells">Path, step, strength and measures of each.</param>
    /// <param name="before">The base model.</param>
    /// <param name="training">The training pictures.</param>
    public static IReadOnlyList<EvaluatedCell> Score(IReadOnlyList<(string Path, long Step, double Strength, CellMeasures Measures)> cells, CellMeasures before, TrainingSights training)
    {
        int count = before.Prompts.Count;
        int[] all = [.. Enumerable.Range(0, count)];
        var parts = cells.Select(cell => cell.Measures.Parts(before, training, all)).ToList();
        int[] every = [.. Enumerable.Range(0, cells.Count)];

        var random = new SplitMix64(0); // the same draws for the same pictures
        var draws = every.Select(_ => new ScoreParts[Draws]).ToArray();
        for (int draw = 0; draw < Draws; draw++)
        {
            int[] chosen = [.. all.Select(_ => random.Below(count))];
            foreach (int n in every) draws[n][draw] = cells[n].Measures.Parts(before, training, chosen);
        }
        var tied = AsGood(every, part => part.Score);
        var learned = AsGood(tied, part => part.Fidelity);
        return [.. cells.Select((cell, n) =>
        {
            double[] sorted = [.. draws[n].Select(part => part.Score).Order()];
            return new EvaluatedCell(cell.Path, cell.Step, cell.Strength, cell.Measures, parts[n], Numbers.Quantile(sorted, Tail), Numbers.Quantile(sorted, 1 - Tail), tied.Contains(n), learned.Contains(n));
        })];

        // The best of some by a measure, and those that reach it in more than 5 % of the draws.
        int[] AsGood(int[] some, Func<ScoreParts, double> measure)
        {
            int best = some.MaxBy(n => measure(parts[n]));
            return [.. some.Where(n => n == best || draws[n].Zip(draws[best]).Count(pair => measure(pair.First) >= measure(pair.Second)) > Tail * Draws)];
        }
    }

    /// <summary>The cell to use, in words.</summary>
    public static Recommendation Of(IReadOnlyList<EvaluatedCell> cells)
    {
        var (highest, best) = (cells.MaxBy(cell => cell.Score)!, cells.Where(cell => cell.LearnedMost).MaxBy(cell => cell.Score)!);
        var reasons = new List<string> { Words.Say("evaluate.best", best.Step, best.Strength, best.Score, best.Low, best.High) };
        if (best != highest) reasons.Add(Words.Say("evaluate.rather", highest.Step, highest.Strength, highest.Score));
        reasons.Add(string.Join(Words.Say("evaluate.comma"), Named(best.Parts).Select(part => Words.Say("evaluate.part." + part.Name, part.Name == "restraint" ? 1 / part.Value - 1 : part.Value))) + Words.Say("evaluate.stop"));

        var last = cells.Where(cell => cell.Step == cells.Max(other => other.Step)).MaxBy(cell => cell.Score)!;
        if (last.Step != best.Step)
        {
            var worse = Named(best.Parts).Zip(Named(last.Parts)).MaxBy(pair => pair.First.Weight * Math.Log(Math.Max(pair.First.Value, ScoreParts.Floor) / Math.Max(pair.Second.Value, ScoreParts.Floor)));
            reasons.Add(Words.Say("evaluate.last", last.Step, last.Strength, last.Score, Words.Say("evaluate.name." + worse.First.Name), worse.Second.Value, worse.First.Value));
        }
        var ties = cells.Where(cell => cell.IsWithinNoise && cell != best).OrderByDescending(cell => cell.Score).ToList();
        if (ties.Count == cells.Count - 1 && ties.Count > 0) reasons.Add(Words.Say("evaluate.all-tied"));
        else if (ties.Count > 0) reasons.Add(Words.Say("evaluate.ties", ties.Count, string.Join(Words.Say("evaluate.comma"), ties.Take(MostNamed).Select(tie => Words.Say("evaluate.cell", tie.Step, tie.Strength))) + (ties.Count > MostNamed ? Words.Say("evaluate.comma") + "…" : "")));
        else reasons.Add(Words.Say("evaluate.clear"));
        if (best.Parts.Learned < 0.25) reasons.Add(Words.Say("evaluate.little", best.Parts.Learned));
        return new(best, reasons);
    }

    private static IEnumerable<(string Name, double Weight, double Value)> Named(ScoreParts parts) =>
        ScoreParts.Weights.Zip(parts.Values, (part, value) => (part.Name, part.Weight, value)).Where(part => !double.IsNaN(part.value));
}
