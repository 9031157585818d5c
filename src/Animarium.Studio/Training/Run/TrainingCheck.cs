using Animarium.Diffusion.Tokenizers;
using Animarium.Studio.Datasets;
using Animarium.Studio.Datasets.Check;
using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Run;

/// <summary>What experience says about the pictures, before the first step.</summary>
internal static class TrainingCheck
{
    /// <summary>Pictures beyond which their pixels are not compared: that would take minutes, and <c>animarium dataset check</c> does it.</summary>
    private const int MostCompared = 500;

    /// <summary>Warnings, and how many hints there are besides.</summary>
    /// <exception cref="DatasetException">Something must be mended first.</exception>
    public static IEnumerable<Notice> Of(TrainingPlan plan, CancellationToken cancel)
    {
        var report = Report(plan, cancel);
        // Files that cannot be read were left out on request when the plan was made.
        var left = plan.Dataset.Skipped.Select(problem => problem.Path).ToHashSet(StringComparer.Ordinal);
        bool skips = plan.Settings.Dataset.SkipBadPictures;
        var errors = report.Findings.Where(finding => finding.Severity == FindingSeverity.Error && !finding.Files.All(left.Contains) && !(skips && finding.Code == "unreadable")).ToList();
        if (errors.Count > 0) throw new DatasetException(string.Join('\n', errors.Select(finding => finding.Message)));
        foreach (var finding in report.Findings.Where(finding => finding.Severity == FindingSeverity.Warning)) yield return new("dataset-" + finding.Code, finding.Message);
        int hints = report.Findings.Count(finding => finding.Severity == FindingSeverity.Hint);
        if (hints > 0) yield return Notice.Of("train.hints", hints, plan.Settings.Dataset.TrainFolder ?? plan.Settings.Dataset.ConfigFile ?? "FOLDER");
    }

    /// <summary>Everything that the linter says about the pictures of a plan.</summary>
    public static CheckReport Report(TrainingPlan plan, CancellationToken cancel)
    {
        var options = new CheckOptions
        {
            Trigger = plan.Settings.Dataset.Trigger,
            Tokenizers = plan.Model.Tokenizers is { } folder ? PromptTokenizers.Open(folder) : PromptTokenizers.Official,
            Pixels = plan.Dataset.Pictures.Count <= MostCompared,
        };
        return DatasetCheck.Run(plan.Dataset.Settings, options, cancel: cancel);
    }
}
