using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>Writes an evaluation: a page for people, its grid and plot alone, and the numbers for programs and for spreadsheets.</summary>
internal static class EvaluationFiles
{
    /// <summary>What the files are called.</summary>
    public const string Page = "report.html", Grid = "grid.png", Plot = "plot.svg", Numbers = "evaluation.json", Table = "evaluation.csv";

    private const int LongestHeading = 60; // characters

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes all files; returns their paths, the page first.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="evaluation">What was found out.</param>
    /// <param name="rows">The rows of the grid at the recommended strength: a name, and a picture for each prompt and the empty one.</param>
    /// <exception cref="PictureException">The disk is full, …</exception>
    public static IReadOnlyList<string> Write(string folder, Evaluation evaluation, IReadOnlyList<(string Name, IReadOnlyList<Picture> Pictures)> rows)
    {
        string page = In(Page), grid = In(Grid), plot = In(Plot), json = In(Numbers), csv = In(Table);
        var headings = evaluation.Prompts.Select(prompt => Heading(prompt.Called)).Append(Words.Say("evaluate.empty")).ToList();
        PictureFile.Save(ContactSheet.Of([.. rows.Select(row => row.Pictures)], headings, [.. rows.Select(row => row.Name)]), grid, PictureFormat.Png);
        string drawn = EvaluationPlot.Of(evaluation);
        Save(plot, drawn);
        Save(json, Json(evaluation).ToJsonString(Indented));
        Save(csv, Csv(evaluation));
        Save(page, EvaluationPage.Of(evaluation, drawn, File.ReadAllBytes(grid)));
        return [page, grid, plot, json, csv];

        string In(string name) => Path.Combine(folder, name);
    }

    private static JsonObject Json(Evaluation evaluation)
    {
        var (options, training) = (evaluation.Options, evaluation.Training);
        return new()
        {
            ["run"] = evaluation.Run,
            ["recommended"] = evaluation.Describe(evaluation.Recommendation.Cell),
            // In every language: whoever reads the file may speak another one than who evaluated.
            ["reasons"] = new JsonObject(Words.Languages.Select(language => KeyValuePair.Create(language, (JsonNode?)new JsonArray(
                [.. Words.In(language, () => Recommendation.Of(evaluation.Cells)).Reasons.Select(reason => JsonValue.Create(reason))])))),
            ["weights"] = new JsonObject(ScoreParts.Weights.Select(part => KeyValuePair.Create(part.Name, (JsonNode?)part.Weight))),
            ["seeds"] = options.Seeds,
            ["prompts"] = new JsonArray([.. evaluation.Prompts.Select(prompt => new JsonObject { ["called"] = prompt.Called, ["plain"] = prompt.Plain, ["trained"] = prompt.IsTrained })]),
            ["training"] = new JsonObject
            {
                ["likenessToEachOther"] = Evaluation.Number(training.SelfLikeness), ["likenessToNearest"] = Evaluation.Number(training.NearestLikeness), ["copyFromLikeness"] = Evaluation.Number(training.NearLikeness),
                ["copyUpToPixelDistance"] = Evaluation.Number(training.NearPixels), ["tagsRead"] = Evaluation.Number(training.Following), ["detailDistance"] = Evaluation.Number(training.UsualDetail),
            },
            ["base"] = new JsonObject
            {
                ["likenessToTraining"] = Evaluation.Number(evaluation.OfBase(m => m.Training)), ["likenessToNearest"] = Evaluation.Number(evaluation.OfBase(m => m.Nearest)),
                ["tagsRead"] = Evaluation.Number(evaluation.OfBase(m => m.Following)), ["distanceOfSeeds"] = Evaluation.Number(evaluation.OfBase(m => m.Spread)),
                ["detailDistance"] = Evaluation.Number(evaluation.OfBase(m => m.Detail)),
            },
            ["cells"] = new JsonArray([.. evaluation.Cells.Select(evaluation.Describe)]),
        };
    }

    private static string Csv(Evaluation evaluation)
    {
        var lines = new StringBuilder();
        lines.AppendLine(CultureInfo.InvariantCulture, $"step,strength,{string.Join(',', Evaluation.Columns.Select(column => column.Name))},scoreLow,scoreHigh,withinNoise");
        foreach (var cell in evaluation.Cells)
        {
            var values = Evaluation.Columns.Select(column => column.Value(evaluation, cell)).Append(cell.Low).Append(cell.High).Select(value => double.IsFinite(value) ? value.ToString("0.####", CultureInfo.InvariantCulture) : "");
            lines.AppendLine(CultureInfo.InvariantCulture, $"{cell.Step},{cell.Strength},{string.Join(',', values)},{(cell.IsWithinNoise ? 1 : 0)}");
        }
        return lines.ToString();
    }

    private static string Heading(string prompt) => prompt.Length <= LongestHeading ? prompt : prompt[..LongestHeading] + "…";

    private static void Save(string path, string text) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(text));
}
