using System.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.Plans;
using Animarium.Studio.Prompts;

namespace Animarium.Cli.CommandLine;

/// <summary>The options of <c>generate</c> that make a plan of many pictures out of one wish.</summary>
internal sealed class PlanOptions
{
    private const string Same = "same", Own = "own", Chance = "random";

    private readonly Option<string>[] axes = [.. new[] { "--x", "--y", "--z" }.Select(name => new Option<string>(name) { Description = name == "--x" ? Texts.PlanX : Texts.PlanYZ, HelpName = Texts.PlaceholderAxis })];
    private readonly Option<bool> combinations = new("--combinations") { Description = Texts.PlanCombinations };
    private readonly Option<string> seeds = new("--seeds") { Description = Texts.PlanSeeds, HelpName = $"{Same}|{Own}|{Chance}" };
    private readonly Option<string> file = new("--plan") { Description = Texts.PlanFile, HelpName = Texts.PlaceholderPath };
    private readonly Option<string> grid = new("--grid") { Description = Texts.PlanGrid, HelpName = Texts.PlaceholderPath };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = Texts.PlanDryRun };

    private IReadOnlyList<Option> All => [.. axes, combinations, seeds, file, grid, dryRun];

    public PlanOptions(VerbCommand verb)
    {
        seeds.AcceptOnlyFromAmong(Same, Own, Chance);
        verb.Add(Texts.PlanGroup, All);
    }

    /// <summary>Whether any of them was given.</summary>
    public bool Asked(ParseResult parse) => All.Any(option => parse.GetResult(option) is { Implicit: false });

    /// <summary>Whether the prompts come from the plan's file.</summary>
    public bool HasFile(ParseResult parse) => parse.GetValue(file) is not null;

    /// <summary>Whether nothing is to be drawn.</summary>
    public bool OnlyShows(ParseResult parse) => parse.GetValue(dryRun);

    /// <summary>Where the grid goes, or null.</summary>
    public string? Grid(ParseResult parse) => parse.GetValue(grid) is not { } path ? null : PictureFormats.OfName(path) is not null ? path : throw FailureException.Usage(Texts.PlanGridName.With(path));

    /// <summary>The plan.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="given">The settings that were said.</param>
    /// <param name="wishes">Given settings, once for each prompt.</param>
    /// <param name="start">The first seed where none was said.</param>
    /// <param name="lists">Wildcard lists.</param>
    public DrawPlan Plan(ParseResult parse, Settings given, IReadOnlyList<Settings> wishes, ulong start, WildcardLibrary lists)
    {
        var asked = axes.Where(option => parse.GetValue(option) is not null).ToList();
        if (parse.GetValue(file) is { } path)
        {
            if (asked.Count > 0 || parse.GetValue(combinations) || parse.GetValue(seeds) is not null) throw FailureException.Usage(Texts.PlanTwice);
            var read = PlanJson.Read(InputText.Read(path));
            return DrawPlan.Make(given.Over(read.Common), read.Axes, read.Prompts, read.Seeds).Without(read.Cuts);
        }
        var order = new PlanSeeds(given.Complete().Seed ?? start, given.Complete().Pictures)
        {
            Each = parse.GetValue(seeds) is Own or Chance,
            Order = parse.GetValue(seeds) == Chance ? SeedOrder.Random : SeedOrder.Consecutive,
        };
        IReadOnlyList<Settings> prompts = parse.GetValue(combinations) ? [.. wishes.SelectMany(wish => PlanPrompts.Combinations(wish.Complete().Prompt, lists).Select(prompt => prompt.Over(wish)))] : wishes;
        IReadOnlyList<PlanAxis> along = [.. asked.Select(option => PlanAxis.Parse(parse.GetValue(option)!))];
        return prompts is [var only] ? DrawPlan.Make(Countless(only), along, [], order) : DrawPlan.Make(Countless(given), along, [.. prompts.Select(Countless)], order);

        // How many there are is said by the plan's seeds.
        Settings Countless(Settings wish) => wish.Given.Where(knob => knob.Key is "count" or "batch" or "seed").Aggregate(wish, (kept, knob) => kept.Without(knob));
    }
}
