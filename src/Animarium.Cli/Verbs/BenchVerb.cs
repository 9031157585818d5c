using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Bench;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium bench</c>: shows what Animarium.Bench measures.</summary>
internal static class BenchVerb
{
    private const int SizeStep = 16, SmallestSize = 64, LargestSize = 2048, MostRepetitions = 100;

    public static VerbCommand Command()
    {
        var standard = new BenchOptions();
        string names = string.Join(", ", Benchmarks.Names);
        var measures = new Argument<string[]>("measures") { Description = Texts.BenchArgument.With(names), HelpName = "MEASURE", Arity = ArgumentArity.ZeroOrMore };
        var folder = new Option<string>("--folder") { Description = Texts.BenchFolder.With(Texts.BenchTemporary), HelpName = Texts.PlaceholderPath };
        var keep = new Option<bool>("--keep") { Description = Texts.BenchKeep };
        var size = new Option<int>("--size") { Description = Texts.BenchSize.With(standard.Size), HelpName = "N", DefaultValueFactory = _ => standard.Size };
        var repetitions = new Option<int>("--repetitions") { Description = Texts.BenchRepetitions.With(standard.Repetitions), HelpName = "N", DefaultValueFactory = _ => standard.Repetitions };
        var verb = new VerbCommand("bench", Texts.BenchDescription, (parse, session) => Run(
            parse.GetValue(measures) is { Length: > 0 } some ? some : Benchmarks.Names,
            standard with
            {
                Folder = parse.GetValue(folder) ?? standard.Folder,
                Keep = parse.GetValue(keep),
                Size = Within(parse.GetValue(size), "--size", Texts.BenchSizeRange, value => value is >= SmallestSize and <= LargestSize && value % SizeStep == 0),
                Repetitions = Within(parse.GetValue(repetitions), "--repetitions", Texts.BenchRepetitionsRange, value => value is >= 1 and <= MostRepetitions),
            },
            session))
        {
            Examples = ["bench outside", "bench dit --json --keep"],
        };
        verb.Arguments.Add(measures);
        verb.Add(Texts.BenchGroup, folder, keep, size, repetitions);
        return verb;
    }

    private static ExitCode Run(IReadOnlyCollection<string> measures, BenchOptions options, Session session)
    {
        if (measures.FirstOrDefault(name => !Benchmarks.Names.Contains(name)) is { } unknown)
            throw FailureException.Usage(Texts.BenchUnknown.With(unknown, string.Join(", ", Benchmarks.Names)));
        InstalledTorch.Load(session.Environment);
        foreach (var measurement in Benchmarks.Run(measures, options))
        {
            var facts = JsonNode.Parse(measurement.ToJson())!.AsObject();
            string line = string.Join("  ", facts.Skip(1).Select(fact => $"{fact.Key} {fact.Value}").Prepend(measurement.Measure));
            session.Output.Report("measurement", facts, console => console.WriteLine(line));
            session.Cancellation.ThrowIfCancellationRequested();
        }
        return ExitCode.Done;
    }

    private static int Within(int value, string option, string range, Func<int, bool> allows) =>
        allows(value) ? value : throw FailureException.Usage(Texts.BenchRange.With(option, range));
}
