using System.Globalization;
using System.Net;
using System.Text;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>An evaluation as one page that needs nothing beside it: words, plot, grid and table.</summary>
internal static class EvaluationPage
{
    private const string Style = """
        body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; color: #222; background: #fff; }
        table { border-collapse: collapse; } th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #ddd; }
        tr.best { background: #e6f2e6; font-weight: 600; } tr.near { background: #f6faf6; }
        .wide { overflow-x: auto; } img, svg { max-width: 100%; height: auto; } li { margin: .2rem 0; }
        """;

    /// <param name="evaluation">What was found out.</param>
    /// <param name="plot">SVG.</param>
    /// <param name="grid">PNG.</param>
    public static string Of(Evaluation evaluation, string plot, byte[] grid)
    {
        var best = evaluation.Recommendation.Cell;
        string title = Words.Say("evaluate.title", evaluation.Run);
        var page = new StringBuilder();
        page.AppendLine(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="{CultureInfo.CurrentUICulture.TwoLetterISOLanguageName switch { "ja" => "ja", _ => "en" }}"><head><meta charset="utf-8"><title>{Safe(title)}</title><style>{Style}</style></head><body>
            <h1>{Safe(title)}</h1>
            {string.Concat(evaluation.Recommendation.Reasons.Select(reason => $"<p>{Safe(reason)}</p>"))}
            {plot}
            <h2>{Safe(Words.Say("evaluate.grid", best.Strength))}</h2>
            <div class="wide"><img alt="" src="data:image/png;base64,{Convert.ToBase64String(grid)}"></div>
            <h2>{Safe(Words.Say("evaluate.table"))}</h2>
            <div class="wide"><table><tr>{string.Concat(Evaluation.Headings.Select(heading => $"<th>{Safe(heading)}</th>"))}</tr>
            """);
        foreach (var cell in evaluation.Cells)
        {
            string kind = cell == best ? "best" : cell.IsWithinNoise ? "near" : "";
            var values = Evaluation.Columns.Select(column => column.Value(evaluation, cell)).Select(value => $"<td>{(double.IsFinite(value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : "–")}</td>");
            page.AppendLine(CultureInfo.InvariantCulture, $"<tr class=\"{kind}\"><td>{cell.Step}</td><td>{cell.Strength}</td>{string.Concat(values)}</tr>");
        }
        page.AppendLine(CultureInfo.InvariantCulture, $"""
            </table></div>
            <p>{Safe(Words.Say("evaluate.legend"))}</p>
            <h2>{Safe(Words.Say("evaluate.prompts", evaluation.Options.Seeds))}</h2>
            <ul>{string.Concat(evaluation.Prompts.Select(prompt => $"<li>{Safe(prompt.Called)}{(prompt.IsTrained ? " " + Safe(Words.Say("evaluate.trained")) : "")}</li>"))}<li>{Safe(Words.Say("evaluate.empty"))}</li></ul>
            </body></html>
            """);
        return page.ToString();
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
