using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Training.Run;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium train FOLDER</c>: trains a LoRA.</summary>
internal sealed class TrainVerb
{
    private readonly Argument<string?> source = new("source") { Description = Texts.TrainArgument, HelpName = "FOLDER|FILE", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> goal = new("--goal") { Description = Texts.TrainGoal, HelpName = Texts.PlaceholderName };
    private readonly Option<string> trigger = new("--trigger") { Description = Texts.TrainTrigger, HelpName = Texts.PlaceholderName };
    private readonly Option<string[]> set = new("--set") { Description = Texts.TrainSet, HelpName = "KEY=VALUE", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = Texts.TrainDryRun };
    private readonly Option<string> resume = new("--resume") { Description = Texts.TrainResume, HelpName = Texts.PlaceholderPath };
    private readonly Option<string> export = new("--export") { Description = Texts.TrainExport, HelpName = Texts.PlaceholderPath };
    private readonly VerbCommand command;

    private TrainVerb()
    {
        command = new("train", Texts.TrainDescription, Run)
        {
            Examples =
            [
                "train samples/lora-style", "train pictures --trigger miku --goal character", "train settings.toml --set adapter.rank=32 --dry-run", "train --resume runs/miku", "train kohya.toml --export settings.toml",
            ],
        };
        command.Arguments.Add(source);
        goal.AcceptOnlyFromAmong([.. TrainingStart.Goals]);
        command.Add(Texts.TrainGroup, goal, trigger, set, dryRun, export, resume);
    }

    public static VerbCommand Command() => new TrainVerb().command;

    private ExitCode Run(ParseResult parse, Session session)
    {
        var (from, run) = (parse.GetValue(source), parse.GetValue(resume));
        if (from is null == run is null) throw FailureException.Usage(Texts.TrainSource);
        InstalledTorch.Load(session.Environment);
        var folders = StudioFolders.Default;
        var library = new ModelCatalog(folders.Models);
        var plan = run is not null
            ? TrainingStart.Resume(run, parse.GetValue(set) ?? [], library, Tell, session.Cancellation)
            : TrainingStart.Of(from!, new(parse.GetValue(goal), parse.GetValue(trigger), parse.GetValue(set) ?? []), library, Tell, session.Cancellation);
        string? cache = folders.Cache is { } own ? Path.Combine(own, "training") : null;
        var hashes = new WeightHashes(folders.Cache);
        if (parse.GetValue(export) is { } file)
        {
            foreach (var notice in plan.Notices.Concat(SettingsFile.Write(plan, file))) Tell(notice);
            session.Output.Report("settings", new() { ["path"] = file }, console => console.WriteLine(file));
        }
        else if (parse.GetValue(dryRun)) 
        {
            foreach (var notice in plan.Notices) Tell(notice);
            TrainingForecastView.Show(TrainingForecast.Of(plan, hashes, cache, session.Cancellation), session.Output);
        }
        else TrainingView.Show(new TrainingRun(plan, library, hashes, cache, TimeProvider.System).Run(resume: run is not null, session.Cancellation), session.Output);
        return ExitCode.Done;

        void Tell(Notice notice) => session.Output.Warn(notice.Code, notice.Message);
    }
}
