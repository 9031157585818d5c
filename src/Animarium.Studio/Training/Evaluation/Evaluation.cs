using System.Text.Json.Nodes;
using Animarium.Studio.Training.Progress;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>What an evaluation found out.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Options">What was asked for.</param>
/// <param name="Prompts">What was drawn, beside the empty prompt.</param>
/// <param name="Training">The training pictures.</param>
/// <param name="Before">The base model; its "moved" is the distance of two seeds.</param>
/// <param name="Cells">Every checkpoint at every strength, by step and strength.</param>
/// <param name="Recommendation">The best of them.</param>
public sealed record Evaluation(
    string Run, EvaluationOptions Options, IReadOnlyList<EvaluationPrompt> Prompts, TrainingSights Training, CellMeasures Before, IReadOnlyList<EvaluatedCell> Cells, Recommendation Recommendation)
{
    /// <summary>The columns of the tables, each with its value for a cell: the score, its parts, and what they were made from.</summary>
    public static IReadOnlyList<(string Name, Func<Evaluation, EvaluatedCell, double> Value)> Columns { get; } =
    [
        ("score", (_, cell) => cell.Score),
        .. ScoreParts.Weights.Select((part, n) => (part.Name, (Func<Evaluation, EvaluatedCell, double>)((_, cell) => cell.Parts.Values[n]))),
        ("likenessToTraining", (all, cell) => cell.Measures.Mean(m => m.Training, all.EveryPrompt)),
        ("likenessToBase", (all, cell) => cell.Measures.Mean(m => m.Base, all.EveryPrompt)),
        ("likenessToNearest", (all, cell) => cell.Measures.Mean(m => m.Nearest, all.EveryPrompt)),
        ("detailDistance", (all, cell) => cell.Measures.Mean(m => m.Detail, all.EveryPrompt)),
        ("copies", (all, cell) => cell.Measures.Mean(m => m.Copies, all.EveryPrompt)),
        ("tagsRead", (all, cell) => cell.Measures.Mean(m => m.Following, all.EveryPrompt)),
        ("drift", (all, cell) => cell.Measures.Drift(all.Before, all.EveryPrompt)),
        ("distanceOfSeeds", (all, cell) => cell.Measures.Mean(m => m.Spread, all.EveryPrompt)),
    ];

    /// <summary>Step, strength and the names of <see cref="Columns"/> in the language of the current UI culture.</summary>
    public static IReadOnlyList<string> Headings => [.. Columns.Select(column => column.Name).Prepend("strength").Prepend("step").Select(name => Words.Say("evaluate.name." + name))];

    /// <summary>A cell for programs: all columns, the range of its score, and whether it is as good as the best within the noise.</summary>
    public JsonObject Describe(EvaluatedCell cell)
    {
        var json = new JsonObject { ["checkpoint"] = Path.GetFileName(cell.Path), ["step"] = cell.Step, ["strength"] = cell.Strength };
        foreach (var (name, value) in Columns) json[name] = Number(value(this, cell));
        (json["scoreLow"], json["scoreHigh"], json["withinNoise"]) = (Number(cell.Low), Number(cell.High), cell.IsWithinNoise);
        return json;
    }

    /// <summary>A measured value: JSON has no infinite numbers, and four digits are more than is measured.</summary>
    internal static JsonValue? Number(double value) => JsonNumber.Of(Math.Round(value, 4));

    private int[] EveryPrompt => [.. Enumerable.Range(0, Prompts.Count)];

    /// <summary>The base model's value of a measure, over all prompts.</summary>
    internal double OfBase(Func<PromptMeasures, double> read) => Before.Mean(read, EveryPrompt);
}
