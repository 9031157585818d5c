using System.Diagnostics;
using System.Text.Json.Nodes;
using Animarium.Cli.Language;
using Animarium.Cli.Terminal;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Plans;
using Animarium.Studio.Prompts;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary>Draws a plan here and now, picture by picture, and lays them out as a grid.</summary>
internal sealed class PlanRun(DrawPlan plan, Settings imported, ModelCatalog library, WildcardLibrary lists, Session session)
{
    private readonly Dictionary<int, string> files = [];
    private readonly HashSet<string> told = [];

    /// <summary>Says what the plan amounts to.</summary>
    public void Tell()
    {
        var first = Enumerable.Range(0, plan.Count).FirstOrDefault(plan.Includes);
        var model = GenerationPlan.Make(plan.At(first), imported, library, lists, Random.Shared).Model;
        var summary = PlanSummary.Of(plan, imported.Over(ModelDefaults.Of(model, [], []).Settings));
        var facts = new JsonObject { ["pictures"] = summary.Pictures, ["megapixels"] = summary.Megapixels, ["steps"] = summary.Steps, ["plan"] = plan.ToJson() };
        session.Output.Report("plan", facts, console =>
        {
            console.WriteLine(Texts.PlanTotal.With(summary.Pictures, summary.Megapixels, summary.Steps));
            foreach (var axis in plan.Axes) console.WriteLine(PeopleOutput.Printable($"  {axis.Name}: {string.Join(" | ", axis.Values)}"));
        });
    }

    /// <summary>Draws every picture.</summary>
    public void Draw(Drawing drawing, DrawingView view)
    {
        long start = Stopwatch.GetTimestamp();
        for (int index = 0; index < plan.Count; index++)
        {
            if (!plan.Includes(index)) continue;
            Announce(plan.Cell(index), Stopwatch.GetElapsedTime(start));
            var picture = GenerationPlan.Make(plan.At(index), imported, library, lists, Random.Shared, index + 1);
            foreach (var notice in picture.Notices.Where(notice => told.Add(notice.Message))) session.Output.Warn(notice.Code, notice.Message);
            view.Show(Noted(index, drawing.Draw(picture, session.Cancellation)));
        }
    }

    /// <summary>Writes the grid, in as many files as it has pages; nothing is overwritten.</summary>
    public void Lay(string path)
    {
        foreach (var sheet in PlanSheet.Of(plan))
        {
            string bare = Path.ChangeExtension(path, null), extension = Path.GetExtension(path);
            var names = Enumerable.Range(1, int.MaxValue - 1).Select(number => number == 1 ? path : $"{bare}-{number}{extension}");
            var (file, _) = PictureFile.SaveNew(sheet.Draw(files.GetValueOrDefault), names, PictureFormats.OfName(path)!.Value);
            session.Output.Report("grid", new() { ["path"] = file, ["title"] = sheet.Title }, console => console.WriteLine(PeopleOutput.Printable(file)));
        }
    }

    private void Announce(PlanCell cell, TimeSpan elapsed)
    {
        var values = new JsonArray([.. plan.Axes.Zip(cell.Labels, (axis, value) => new JsonObject { ["axis"] = axis.Name, ["value"] = value })]);
        if (session.Output is not PeopleOutput people)
        {
            session.Output.Report("cell", new() { ["index"] = cell.Index, ["done"] = files.Count, ["of"] = plan.Pictures, ["values"] = values }, _ => { });
            return;
        }
        string where = string.Join(", ", plan.Axes.Zip(cell.Labels, (axis, value) => $"{axis.Name} {value}"));
        string left = files.Count == 0 ? "" : Texts.PlanLeft.With(TimeSpan.FromSeconds(Math.Ceiling(elapsed.TotalSeconds / files.Count * (plan.Pictures - files.Count))));
        people.Err.WriteLine(PeopleOutput.Printable(string.Join("   ", new[] { $"{files.Count + 1}/{plan.Pictures}", where, left }.Where(text => text.Length > 0))));
    }

    private IEnumerable<DrawingEvent> Noted(int index, IEnumerable<DrawingEvent> events)
    {
        foreach (var happened in events)
        {
            if (happened is DrawingSaved saved) files[index] = saved.Path;
            yield return happened;
        }
    }
}
