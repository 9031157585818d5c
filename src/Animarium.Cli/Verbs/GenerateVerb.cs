using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium generate PROMPT</c>: draws. Its options are the knobs of a request.</summary>
internal sealed class GenerateVerb
{
    private readonly Argument<string[]> prompt = new("prompt") { Description = Texts.GenerateArgument, HelpName = "PROMPT", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> prompts = new("--prompts") { Description = Texts.GeneratePrompts, HelpName = Texts.PlaceholderPath };
    private readonly Option<string> from = new("--from") { Description = Texts.GenerateFrom, HelpName = Texts.PlaceholderPath };
    private readonly Option<string> show = new("--show") { Description = Texts.GenerateShow, HelpName = Texts.PlaceholderName };
    private readonly KnobOptions knobs;
    private readonly PlanOptions plans;
    private readonly VerbCommand command;

    private GenerateVerb()
    {
        command = new("generate", Texts.GenerateDescription, Run)
        {
            Examples =
            [
                "generate \"1girl, solo, @lorelei, smile, glasses\"", "generate \"1girl, {red|blue} hair\" --count 4 --out pictures/{index}-{seed}.webp",
                "generate --from picture.png --seed 7", "generate \"1girl, smile\" --x cfg=1-7 (+2) --y \"replace=smile,frown\" --grid grid.png",
                "generate --prompts prompts.txt --json",
            ],
        };
        command.Arguments.Add(prompt);
        show.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, ["auto", .. Enum.GetNames<PictureProtocol>().Select(name => name.ToLowerInvariant())]);
        knobs = new(command, knob => knob.Key == "prompt", (KnobGroup.Prompt, prompts), (KnobGroup.Source, from), (KnobGroup.Output, show));
        plans = new(command);
    }

    public static VerbCommand Command() => new GenerateVerb().command;

    private ExitCode Run(ParseResult parse, Session session)
    {
        var given = knobs.Read(parse);
        var imported = Imported(parse.GetValue(from), session.Output);
        var wishes = Wishes(parse, given, imported);
        InstalledTorch.Load(session.Environment);

        var folders = StudioFolders.Default;
        var library = new ModelCatalog(folders.Models);
        var lists = folders.Lists;
        using var drawing = new Drawing(new WeightHashes(folders.Cache), TimeProvider.System);
        DrawingView view = session.Output is PeopleOutput people ? new PeopleView(people, Protocol(parse, session)) : new JsonView(session.Output);
        if (plans.Asked(parse))
        {
            Draw(new(plans.Plan(parse, given, wishes, imported.Complete().Seed ?? (uint)Random.Shared.NextInt64(1L << 32), lists), imported, library, lists, session), parse, drawing, view);
            return ExitCode.Done;
        }
        int next = 1;
        foreach (var wish in wishes)
        {
            var plan = GenerationPlan.Make(wish, imported, library, lists, Random.Shared, next);
            next += plan.Request.Pictures;
            foreach (var notice in plan.Notices) session.Output.Warn(notice.Code, notice.Message);
            view.Show(drawing.Draw(plan, session.Cancellation));
        }
        return ExitCode.Done;
    }

    private void Draw(PlanRun run, ParseResult parse, Drawing drawing, DrawingView view)
    {
        string? grid = plans.Grid(parse);
        run.Tell();
        if (plans.OnlyShows(parse)) return;
        run.Draw(drawing, view);
        if (grid is not null) run.Lay(grid);
    }

    /// <summary>What was asked for: the options, once for each prompt.</summary>
    private IReadOnlyList<Settings> Wishes(ParseResult parse, Settings given, Settings imported)
    {
        var words = parse.GetValue(prompt) ?? [];
        if (parse.GetValue(prompts) is { } file)
            return words.Length == 0 ? [.. PromptList.Read(file).Select(line => Spoken(line.Over(given)))] : throw FailureException.Usage(Texts.PromptTwice);
        if (words.Length > 0) return [Spoken(given.With("prompt", PromptArgument.Read(words)))];
        return imported.Has("prompt") || plans.HasFile(parse) ? [given] : throw FailureException.Usage(Texts.PromptMissing);
    }

    private static Settings Spoken(Settings wish) => !string.IsNullOrWhiteSpace(wish.Complete().Prompt) ? wish : throw FailureException.Usage(Texts.PromptEmpty);

    private static Settings Imported(string? picture, Output output)
    {
        if (picture is null) return Settings.Empty;
        InputText.RequireFile(picture);
        var imported = ImportedRequest.FromPicture(picture) ?? throw FailureException.Input(Texts.FromNothing.With(picture));
        if (imported.Unmapped.Count > 0) output.Warn("not-imported", Texts.FromUnmapped.With(picture, string.Join(", ", imported.Unmapped)));
        return imported.Settings;
    }

    private PictureProtocol Protocol(ParseResult parse, Session session)
    {
        if (Enum.TryParse<PictureProtocol>(parse.GetValue(show), ignoreCase: true, out var asked)) return asked;
        return Console.IsOutputRedirected ? PictureProtocol.None : TerminalPicture.Detect(session.Environment);
    }
}
