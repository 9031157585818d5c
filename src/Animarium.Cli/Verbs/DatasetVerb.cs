using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Datasets;
using Animarium.Studio.Datasets.Check;
using Animarium.Studio.Training.Imports;
using Animarium.Studio.Training.Run;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium dataset check FOLDER|DATASET.toml</c>: what experience says about pictures and captions before the first step.</summary>
internal static class DatasetVerb
{
    private const int SizeStep = 16;

    public static Command Command() => new("dataset", Texts.DatasetDescription) { Check() };

    private static VerbCommand Check()
    {
        var path = new Argument<string>("path") { Description = Texts.DatasetArgument, HelpName = Texts.PlaceholderPath };
        var trigger = new Option<string>("--trigger") { Description = Texts.DatasetTrigger, HelpName = Texts.PlaceholderName };
        var resolution = new Option<int?>("--resolution") { Description = Texts.DatasetResolution.With(SizeStep, TrainingPlan.LargestSide), HelpName = "N" };
        var quick = new Option<bool>("--quick") { Description = Texts.DatasetQuick };
        var verb = new VerbCommand("check", Texts.DatasetCheckDescription, (parse, session) =>
            Run(parse.GetRequiredValue(path), parse.GetValue(trigger), parse.GetValue(resolution), parse.GetValue(quick), session))
        {
            Examples = ["dataset check pictures", "dataset check pictures --trigger @miku --resolution 1024 --json", "dataset check dataset.toml"],
        };
        verb.Arguments.Add(path);
        verb.Add(Texts.DatasetGroup, trigger, resolution, quick);
        return verb;
    }

    private static ExitCode Run(string path, string? trigger, int? resolution, bool quick, Session session)
    {
        InputText.RequireKnownName(path);
        var (settings, ignored) = File.Exists(path) ? (OfFile(path), []) : OfFolder(path, trigger, resolution);
        var options = new CheckOptions { Trigger = trigger, Pixels = !quick, Ignored = ignored };

        CheckReport? report = null;
        if (session.Output is PeopleOutput people) StepProgress.Run(people.Err, Texts.DatasetChecking, progress => report = DatasetCheck.Run(settings, options, progress, session.Cancellation));
        else report = DatasetCheck.Run(settings, options, cancel: session.Cancellation);
        ShowDataset(report!.Dataset, session.Output);
        foreach (var finding in report.Findings) Show(finding, session.Output);
        ShowSummary(report, session.Output);

        if (!report.HasErrors) return ExitCode.Done;
        string faults = Texts.DatasetFaults.With(Count(report, FindingSeverity.Error));
        throw report.IsRefusal ? new FailureException(new("refused", ExitCode.Refused, faults)) : FailureException.Input(faults);
    }

    private static (IReadOnlyList<DatasetSettings> Settings, IReadOnlyList<string> Ignored) OfFolder(string folder, string? trigger, int? size)
    {
        var reading = TrainingFolder.Read(folder, trigger);
        int resolution = size ?? TrainingFolder.UsualSide(reading.Subsets, TrainingPlan.LargestSide, SizeStep);
        var usual = new DatasetSettings { Resolution = (resolution, resolution), Subsets = reading.Subsets };
        return ([usual with { MinBucket = Math.Min(usual.MinBucket, resolution), MaxBucket = Math.Max(usual.MaxBucket, resolution), BucketStep = Math.Min(usual.BucketStep, resolution) }], reading.Ignored);
    }

    /// <summary>The datasets of a file of sd-scripts.</summary>
    private static IReadOnlyList<DatasetSettings> OfFile(string file)
    {
        var import = SettingsImport.ReadFile(file);
        return import.Ok && import.Datasets is { } datasets ? datasets : throw FailureException.Input(import.Message ?? Texts.DatasetNone.With(file));
    }

    private static void ShowDataset(Dataset dataset, Output output)
    {
        var folders = dataset.Pictures.GroupBy(picture => picture.Subset.Folder).Select(folder => (Name: folder.Key, Pictures: folder.Count(), Repeats: folder.Max(picture => picture.Repeats))).ToList();
        var facts = new JsonObject
        {
            ["pictures"] = dataset.Pictures.Count,
            ["imagesPerEpoch"] = dataset.ImagesPerEpoch,
            ["folders"] = new JsonArray([.. folders.Select(folder => new JsonObject { ["path"] = folder.Name, ["pictures"] = folder.Pictures, ["repeats"] = folder.Repeats })]),
            ["buckets"] = new JsonArray([.. dataset.Buckets.Select(bucket => new JsonObject { ["width"] = bucket.Bucket.Width, ["height"] = bucket.Bucket.Height, ["images"] = bucket.Images })]),
        };
        output.Report("dataset", facts, console =>
        {
            var rows = new FactTable();
            foreach (var folder in folders) rows.Add(folder.Name, Texts.DatasetFolderRow.With(folder.Pictures, folder.Repeats));
            rows.Add(Texts.LabelTotal, Texts.DatasetTotal.With(dataset.Pictures.Count, dataset.ImagesPerEpoch, dataset.Buckets.Count));
            foreach (var bucket in dataset.Buckets) rows.Add(Texts.LabelBucket.With(bucket.Bucket), $"{bucket.Images}");
            rows.Show(console);
        });
    }

    private static void Show(Finding finding, Output output)
    {
        var facts = new JsonObject
        {
            ["code"] = finding.Code,
            ["severity"] = finding.Severity.ToString().ToLowerInvariant(),
            ["message"] = finding.Message,
            ["files"] = new JsonArray([.. finding.Files.Select(file => JsonValue.Create(file))]),
        };
        var (colour, name) = finding.Severity switch
        {
            FindingSeverity.Error => ("red", Texts.SeverityError),
            FindingSeverity.Warning => ("yellow", Texts.SeverityWarning),
            _ => ("grey", Texts.SeverityHint),
        };
        output.Report("finding", facts, console => console.MarkupLine($"[{colour}]{Markup.Escape(name)}[/] {Markup.Escape(PeopleOutput.Printable(finding.Message))}"));
    }

    private static void ShowSummary(CheckReport report, Output output)
    {
        var (errors, warnings, hints) = (Count(report, FindingSeverity.Error), Count(report, FindingSeverity.Warning), Count(report, FindingSeverity.Hint));
        output.Report("summary", new() { ["errors"] = errors, ["warnings"] = warnings, ["hints"] = hints }, console => console.WriteLine(Texts.DatasetSummary.With(errors, warnings, hints)));
    }

    private static int Count(CheckReport report, FindingSeverity severity) => report.Findings.Count(finding => finding.Severity == severity);
}
