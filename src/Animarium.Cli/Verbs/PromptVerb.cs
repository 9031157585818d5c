using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Tokenizers;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts;
using Animarium.Studio.Prompts.Completion;
using Animarium.Studio.Prompts.Dictionary;
using Animarium.Studio.Prompts.Report;
using Animarium.Studio.Storage;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium prompt check TEXT</c> and <c>animarium prompt complete TEXT</c>: what the model sees of a prompt, and which tags could go on.</summary>
internal static class PromptVerb
{
    private const int MostItems = 20;

    public static Command Command() => new("prompt", Texts.PromptDescription) { Check(), Complete() };

    private static VerbCommand Check()
    {
        var text = new Argument<string[]>("text") { Description = Texts.TokenizeArgument, HelpName = "TEXT", Arity = ArgumentArity.OneOrMore };
        var negative = new Option<string>("--negative") { Description = Texts.PromptNegative, HelpName = "TEXT" };
        var folder = new Option<string>("--tokenizers") { Description = Texts.TokenizeFolder, HelpName = Texts.PlaceholderPath };
        var data = Data();
        KnobOptions? knobs = null;
        var verb = new VerbCommand("check", Texts.PromptCheckDescription, (parse, session) =>
            Report(PromptArgument.Read(parse.GetRequiredValue(text)), parse.GetValue(negative) ?? "", parse.GetValue(folder), parse.GetValue(data), knobs!.Read(parse).Complete().Emphasis, session))
        {
            Examples = ["prompt check \"1girl, long_hair, (smile:1.3)\"", "prompt check --negative \"blurry\" \"1girl, 青い髪\" --json"],
        };
        verb.Arguments.Add(text);
        verb.Add(Texts.PromptGroup, negative, folder, data);
        knobs = new(verb, knob => knob.Key != "emphasis");
        return verb;
    }

    private static VerbCommand Complete()
    {
        var text = new Argument<string[]>("text") { Description = Texts.PromptCompleteArgument, HelpName = "TEXT", Arity = ArgumentArity.OneOrMore };
        var data = Data();
        var verb = new VerbCommand("complete", Texts.PromptCompleteDescription, (parse, session) => Suggest(PromptArgument.Read(parse.GetRequiredValue(text)), parse.GetValue(data), session))
        {
            Examples = ["prompt complete nagaik", "prompt complete \"1girl, 金髪\"", "prompt complete @"],
        };
        verb.Arguments.Add(text);
        verb.Add(Texts.PromptGroup, data);
        return verb;
    }

    private static Option<string> Data() => new("--data") { Description = Texts.PromptData, HelpName = Texts.PlaceholderPath };

    private static ExitCode Report(string text, string negative, string? folder, string? data, EmphasisDialect emphasis, Session session)
    {
        if (folder is not null && !Directory.Exists(folder)) throw FailureException.Input(Texts.FolderMissing.With(folder));
        var report = PromptReport.Of(text, negative, new()
        {
            Tokenizers = folder is null ? PromptTokenizers.Official : PromptTokenizers.Open(folder),
            Dialect = emphasis,
            Dictionary = Tags(data, session),
            Wildcards = StudioFolders.Default.Lists,
            HasLora = new ModelCatalog(StudioFolders.Default.Models).Loras.Has,
        });
        foreach (var section in report.Sections) Show(section, session.Output);
        session.Output.Report("total", new() { ["qwen"] = report.Qwen, ["t5"] = report.T5, ["most"] = PromptReport.MostTokens }, console => console.WriteLine(Texts.PromptTotal.With(report.Qwen, report.T5, PromptReport.MostTokens)));
        foreach (var finding in report.Findings) Show(finding, session.Output);
        return ExitCode.Done;
    }

    private static ExitCode Suggest(string text, string? data, Session session)
    {
        var completion = new PromptCompletion(Tags(data, session), [.. new ModelCatalog(StudioFolders.Default.Models).Loras.All.Select(lora => lora.Name)], StudioFolders.Default.Lists.Names);
        var found = completion.At(text, text.Length, MostItems);
        foreach (var item in found.Items)
        {
            var facts = new JsonObject { ["label"] = item.Label, ["insert"] = item.Insert, ["start"] = found.Start, ["length"] = found.Length };
            if (item.Match is { } match)
                (facts["category"], facts["count"], facts["matched"], facts["kind"]) = (match.Tag.Category.ToString().ToLowerInvariant(), match.Tag.Count, match.Matched, match.Kind.ToString().ToLowerInvariant());
            session.Output.Report("completion", facts, console =>
                console.WriteLine(PeopleOutput.Printable($"{item.Label}{(item.Match is { Kind: not TagMatchKind.Name } other ? $"  ← {other.Matched}" : "")}{(item.Match?.Tag.Japanese is [var name, ..] ? $"  {name}" : "")}{(item.Match?.Tag.Count is { } count ? $"  {count:N0}" : "")}")));
        }
        if (found.Items.Count == 0) session.Output.Warn("no-completion", Texts.PromptNothing.With(text));
        return ExitCode.Done;
    }

    private static TagDictionary Tags(string? data, Session session)
    {
        var folder = TagFolder.Open(StudioHome.Of(data, session.Environment).Tags);
        foreach (var problem in folder.Problems) session.Output.Warn("tag-list", problem.Message);
        return folder.Dictionary;
    }

    private static void Show(PromptSection section, Output output)
    {
        var facts = new JsonObject
        {
            ["slot"] = section.Slot.ToString().ToLowerInvariant(), ["start"] = section.Start, ["length"] = section.Length, ["text"] = section.Text,
            ["qwen"] = section.Qwen, ["t5"] = section.T5, ["unknown"] = section.Unknown, ["lowestWeight"] = section.LowestWeight, ["highestWeight"] = section.HighestWeight,
        };
        string weight = section.HighestWeight == section.LowestWeight ? section.HighestWeight == 1 ? "" : $"×{section.HighestWeight:0.###}" : $"×{section.LowestWeight:0.###}–{section.HighestWeight:0.###}";
        output.Report("section", facts, console => console.WriteLine(PeopleOutput.Printable($"{section.Slot,-10} {section.Qwen,4} {section.T5,4}  {weight,-7} {section.Text.ReplaceLineEndings(" ")}")));
    }

    private static void Show(PromptFinding finding, Output output)
    {
        var facts = new JsonObject
        {
            ["kind"] = finding.Kind, ["severity"] = finding.Severity.ToString().ToLowerInvariant(), ["start"] = finding.Start, ["length"] = finding.Length,
            ["negative"] = finding.InNegative, ["message"] = finding.Message,
        };
        if (finding.Fix is { } fix) facts["fix"] = new JsonObject { ["start"] = fix.Start, ["length"] = fix.Length, ["replacement"] = fix.Replacement };
        var (colour, name) = finding.Severity switch
        {
            PromptSeverity.Error => ("red", Texts.SeverityError),
            PromptSeverity.Warning => ("yellow", Texts.SeverityWarning),
            _ => ("grey", Texts.SeverityHint),
        };
        output.Report("finding", facts, console => console.MarkupLine($"[{colour}]{Markup.Escape(name)}[/] {Markup.Escape(PeopleOutput.Printable(finding.Message))}"));
    }
}
