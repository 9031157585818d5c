using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>The score and its parts over the steps at the recommended strength, as a picture of lines (SVG).</summary>
internal static class EvaluationPlot
{
    public static string Of(Evaluation evaluation)
    {
        var best = evaluation.Recommendation.Cell;
        var cells = evaluation.Cells.Where(cell => cell.Strength == best.Strength).ToList();
        var plot = new LinePlot
        {
            XTitle = Words.Say("evaluate.axis", best.Strength), XTicks = [.. cells.Select(cell => (double)cell.Step).Order()], YTicks = [0, 0.2, 0.4, 0.6, 0.8, 1], Mark = best.Step,
        };
        string[] names = ["score", .. ScoreParts.Weights.Select(part => part.Name)];
        return plot.Draw([.. names.Select((name, n) =>
            new PlotLine(Words.Say("evaluate.name." + name), [.. cells.Select(cell => ((double)cell.Step, n == 0 ? cell.Score : cell.Parts.Values[n - 1]))], LinePlot.Colours[n], Bold: n == 0))]);
    }
}
