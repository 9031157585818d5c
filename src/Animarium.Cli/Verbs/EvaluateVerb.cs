using System.CommandLine;
using System.Globalization;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Training.Evaluation;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium evaluate RUN</c>: which checkpoint of a training is best, and at which strength.</summary>
internal static class EvaluateVerb
{
    public static VerbCommand Command()
    {
        var usual = new EvaluationOptions();
        var run = new Argument<string>("run") { Description = Texts.EvaluateArgument, HelpName = Texts.PlaceholderPath };
        var strength = new Option<string>("--strength") { Description = Texts.EvaluateStrength.With(string.Join(',', usual.Strengths)), HelpName = "N,N,…" };
        var prompts = new Option<int>("--prompts") { Description = Texts.EvaluatePrompts.With(EvaluationOptions.MostPrompts, usual.Prompts), HelpName = "N", DefaultValueFactory = _ => usual.Prompts };
        var seeds = new Option<int>("--seeds") { Description = Texts.EvaluateSeeds.With(EvaluationOptions.MostSeeds, usual.Seeds), HelpName = "N", DefaultValueFactory = _ => usual.Seeds };
        var steps = new Option<int?>("--steps") { Description = Texts.EvaluateSteps.With(EvaluationOptions.MostSteps), HelpName = "N" };
        var tagger = new Option<string>("--tagger") { Description = Texts.EvaluateTagger, HelpName = Texts.PlaceholderPath };
        var features = new Option<string>("--features") { Description = Texts.EvaluateFeatures, HelpName = Texts.PlaceholderPath };
        var verb = new VerbCommand("evaluate", Texts.EvaluateDescription, (parse, session) => Run(
            parse.GetRequiredValue(run),
            usual with
            {
                Strengths = parse.GetValue(strength) is { } said ? Numbers(said) : usual.Strengths,
                Prompts = parse.GetValue(prompts), Seeds = parse.GetValue(seeds), Steps = parse.GetValue(steps), Tagger = parse.GetValue(tagger), Features = parse.GetValue(features),
            },
            session))
        {
            Examples = ["evaluate runs/miku", "evaluate runs/miku --strength 0.7,1 --seeds 4", "evaluate runs/miku --tagger wd-vit-tagger-v3 --features ccip.onnx --json"],
        };
        verb.Arguments.Add(run);
        verb.Add(Texts.EvaluateGroup, strength, prompts, seeds, steps, tagger, features);
        return verb;
    }

    private static ExitCode Run(string run, EvaluationOptions options, Session session)
    {
        InputText.RequireKnownName(run);
        InstalledTorch.Load(session.Environment);
        var folders = StudioFolders.Default;
        EvaluationView.Show(new EvaluationRun(run, options, new ModelCatalog(folders.Models), new WeightHashes(folders.Cache)).Run(session.Cancellation), session.Output);
        return ExitCode.Done;
    }

    private static IReadOnlyList<double> Numbers(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries).Select(text =>
        double.TryParse(text, CultureInfo.InvariantCulture, out double number) ? number : throw FailureException.Usage(Texts.EvaluateNumbers.With(list)))];
}
