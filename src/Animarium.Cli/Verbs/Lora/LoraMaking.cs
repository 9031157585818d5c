using System.Text.Json.Nodes;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Loras;

namespace Animarium.Cli.Verbs.Lora;

/// <summary>Runs the making of a file and tells how close it is to what was wanted.</summary>
internal static class LoraMaking
{
    private const int MostWorst = 3; // layers named to people

    /// <summary>Runs the work under a bar and reports its outcome.</summary>
    /// <param name="session">Where it speaks.</param>
    /// <param name="path">The file that is made.</param>
    /// <param name="work">Is handed the function to call after each layer.</param>
    public static ExitCode Run(Session session, string path, Func<Action<int, int>, LoraReport> work)
    {
        InstalledTorch.Load(session.Environment);
        LoraReport report = null!;
        if (session.Output is PeopleOutput people) StepProgress.Run(people.Err, Path.GetFileName(path), step => report = work(step));
        else report = work((_, _) => { });
        foreach (var layer in report.Layers) Tell(session, layer);
        session.Output.Report("lora", Facts(path, report), console => Table(path, report).Show(console));
        foreach (var issue in report.Warnings) session.Output.Warn(issue.Name, issue.Text.Said());
        if (report.LeftOut.Count > 0) session.Output.Warn("left-out", Texts.LoraLeftOut.With(report.LeftOut.Count, string.Join(", ", report.LeftOut.Take(5)) + (report.LeftOut.Count > 5 ? ", …" : "")));
        return ExitCode.Done;
    }

    // People get the sum and the worst layers; programs all of them.
    private static void Tell(Session session, LayerReport layer) => session.Output.Report("layer", new()
    {
        ["network"] = layer.Network.ToString(), ["module"] = layer.Module, ["rank_before"] = layer.RankBefore, ["rank"] = layer.Rank, ["norm"] = layer.Norm, ["error"] = layer.Error, ["kept"] = layer.Kept,
    }, _ => { });

    private static JsonObject Facts(string path, LoraReport report) => new()
    {
        ["path"] = path,
        ["bytes"] = new FileInfo(path).Length,
        ["layers"] = report.Layers.Count,
        ["ranks"] = new JsonArray([.. report.Ranks.Select(rank => JsonValue.Create(rank))]),
        ["kept"] = report.Kept,
        ["error"] = report.Error,
        ["left_out"] = new JsonArray([.. report.LeftOut.Select(name => JsonValue.Create(name))]),
    };

    private static FactTable Table(string path, LoraReport report)
    {
        var table = new FactTable();
        table.Add(Texts.InfoFile, path);
        table.Add(Texts.LoraLayers, $"{report.Layers.Count}");
        if (report.Ranks is [var least, .., var most]) table.Add(Texts.LoraRank, $"{least}…{most}");
        else if (report.Ranks is [var rank]) table.Add(Texts.LoraRank, $"{rank}");
        table.Add(Texts.LoraKept, Texts.LoraKeptText.With(report.Kept * 100, report.Error));
        foreach (var layer in report.Layers.OrderByDescending(layer => layer.Error).Take(MostWorst)) table.Add(Texts.LoraWorst, Texts.LoraWorstText.With(layer.Module, layer.Kept * 100, layer.Error));
        return table;
    }
}
