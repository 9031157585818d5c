using System.Text.Json.Nodes;
using Animarium.Cli.Language;
using Animarium.Cli.Terminal;
using Animarium.Studio.Gallery;
using Spectre.Console;

namespace Animarium.Cli.Verbs.Gallery;

/// <summary>Shows how files come into the gallery: those in the way at once, the numbers in the end.</summary>
internal static class IntakeView
{
    /// <summary>Works the reports off.</summary>
    public static void Show(IEnumerable<IntakeProgress> reports, Output output)
    {
        IntakeProgress? last = null;
        foreach (var report in reports)
        {
            foreach (var problem in report.Problems) output.Warn(problem.Code, problem.Message);
            if (output.IsJson && report.Looked != last?.Looked) output.Report("progress", Facts(report), _ => { });
            last = report;
        }
        if (last is not null) output.Report("gallery", Facts(last), console => console.WriteLine(Texts.GallerySummary.With(last.Looked, last.Added, last.Known, last.Copies, last.Moved)));
    }

    private static JsonObject Facts(IntakeProgress report) =>
        new() { ["looked"] = report.Looked, ["total"] = report.Total > 0 ? report.Total : null, ["added"] = report.Added, ["known"] = report.Known, ["copies"] = report.Copies, ["moved"] = report.Moved };
}
