using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Run;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>A checkpoint at a strength, as <c>evaluation.json</c> has it.</summary>
/// <param name="Checkpoint">The file's name.</param>
/// <param name="Step">Steps it was trained for.</param>
/// <param name="Strength">How strongly it acts.</param>
/// <param name="Values">The score and its parts, 0 … 1, in the order of <see cref="EvaluationSummary.Headings"/>; null: not measured.</param>
/// <param name="IsWithinNoise">Whether it is as good as the best, as far as can be told.</param>
public sealed record EvaluationRow(string Checkpoint, long Step, double Strength, IReadOnlyList<double?> Values, bool IsWithinNoise);

/// <summary>What the last evaluation of a run found out, read back from its folder.</summary>
/// <param name="Recommended">The one to use.</param>
/// <param name="Reasons">Why, in the language of the current UI culture; one that was written in a single language is read in that.</param>
/// <param name="Rows">Every checkpoint at every strength.</param>
public sealed record EvaluationSummary(EvaluationRow Recommended, IReadOnlyList<string> Reasons, IReadOnlyList<EvaluationRow> Rows)
{
    // The score and its parts; the page and the files have the rest.
    private static readonly int Shown = 1 + ScoreParts.Weights.Count;

    /// <summary>Step, strength, the score and its parts in the language of the current UI culture.</summary>
    public static IReadOnlyList<string> Headings => [.. Evaluation.Headings.Take(Shown + 2)];

    /// <summary>The files that an evaluation leaves beside its numbers, as they are called in its folder.</summary>
    public static IReadOnlyList<string> Pictures { get; } = [EvaluationFiles.Plot, EvaluationFiles.Grid];

    /// <summary>Reads it; null: the run was not evaluated, or the file is damaged.</summary>
    /// <param name="run">The run's folder.</param>
    public static EvaluationSummary? Read(string run)
    {
        try
        {
            string path = Path.Combine(new RunFolder(run, "").Evaluation, EvaluationFiles.Numbers);
            if (!File.Exists(path) || JsonNode.Parse(File.ReadAllBytes(path)) is not JsonObject root) return null;
            if (root["cells"] is not JsonArray cells || Said(root["reasons"]) is not { } reasons || Row(root["recommended"]) is not { } best) return null;
            return new(best, [.. reasons.Select(reason => (string?)reason).OfType<string>()], [.. cells.Select(Row).OfType<EvaluationRow>()]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException or ArgumentException) // the last: a key twice
        {
            return null;
        }
    }

    private static JsonArray? Said(JsonNode? written) =>
        written is JsonObject languages ? (languages[CultureInfo.CurrentUICulture.TwoLetterISOLanguageName] ?? languages[Words.Languages[0]]) as JsonArray : written as JsonArray;

    private static EvaluationRow? Row(JsonNode? cell) => cell is JsonObject && (string?)cell["checkpoint"] is { } checkpoint && (long?)cell["step"] is { } step && (double?)cell["strength"] is { } strength
        ? new(checkpoint, step, strength, [.. Evaluation.Columns.Take(Shown).Select(column => (double?)cell[column.Name])], (bool?)cell["withinNoise"] ?? false) : null;
}
