using System.Globalization;
using System.Text.Json.Nodes;
using Animarium.Cli.Language;
using Animarium.Studio.Training.Evaluation;
using Spectre.Console;

namespace Animarium.Cli.Terminal;

/// <summary>Shows an evaluation, and by asking for it makes it happen.</summary>
internal static class EvaluationView
{
    // The score and its parts; the page and the files have the rest.
    private static readonly int ShownColumns = 1 + ScoreParts.Weights.Count;

    /// <summary>Shows an evaluation to its end.</summary>
    public static void Show(IEnumerable<EvaluationEvent> evaluation, Output output)
    {
        if (output is PeopleOutput people)
        {
            EvaluationDone? done = null;
            StepProgress.Run(people.Err, Texts.EvaluateDrawing, step =>
            {
                foreach (var happened in evaluation)
                {
                    if (happened is EvaluationStep drawn) step(drawn.Done, drawn.Total);
                    else if (happened is EvaluationDone end) done = end;
                    else Report(happened, output);
                }
            });
            Report(done!, output);
        }
        else foreach (var happened in evaluation) Report(happened, output);
    }

    private static void Report(EvaluationEvent happened, Output output)
    {
        switch (happened)
        {
            case EvaluationNotice { Notice: var notice }:
                output.Warn(notice.Code, notice.Message);
                break;
            case EvaluationStep step:
                output.Report("drawn", new() { ["done"] = step.Done, ["total"] = step.Total }, _ => { });
                break;
            case EvaluationDone { Evaluation: var evaluation, Files: var files }:
                foreach (var cell in evaluation.Cells) output.Report("checkpoint", evaluation.Describe(cell), _ => { });
                var recommended = evaluation.Describe(evaluation.Recommendation.Cell);
                recommended["path"] = evaluation.Recommendation.Cell.Path;
                recommended["reasons"] = new JsonArray([.. evaluation.Recommendation.Reasons.Select(reason => JsonValue.Create(reason))]);
                output.Report("recommended", recommended, console => Show(evaluation, console));
                output.Report("files", new() { ["files"] = new JsonArray([.. files.Select(file => JsonValue.Create(file))]) }, console => console.WriteLine(PeopleOutput.Printable(files[0])));
                break;
        }
    }

    private static void Show(Evaluation evaluation, IAnsiConsole console)
    {
        var columns = Evaluation.Columns.Take(ShownColumns).ToList();
        var table = new Table().Border(TableBorder.Simple).AddColumns([.. Evaluation.Headings.Take(ShownColumns + 2).Select(heading => new TableColumn(Markup.Escape(heading)).RightAligned())]);
        foreach (var cell in evaluation.Cells)
        {
            string colour = cell == evaluation.Recommendation.Cell ? "green" : cell.IsWithinNoise ? "default" : "grey";
            var values = columns.Select(column => column.Value(evaluation, cell)).Select(value => double.IsFinite(value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : "–");
            table.AddRow([.. values.Prepend(cell.Strength.ToString("0.0##", CultureInfo.InvariantCulture)).Prepend($"{cell.Step}").Select(text => $"[{colour}]{text}[/]")]);
        }
        console.Write(table);
        foreach (string reason in evaluation.Recommendation.Reasons) console.WriteLine(reason);
    }
}
