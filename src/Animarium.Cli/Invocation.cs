using Animarium.Diffusion;
using System.CommandLine;
using System.CommandLine.Parsing;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Hardware;

namespace Animarium.Cli;

/// <summary>One run of the program: from arguments to an exit code, whatever happens between.</summary>
internal static class Invocation
{
    public static int Run(string[] args)
    {
        Languages.Choose(Languages.Asked(args), Environment.GetEnvironmentVariable);
        WaitingThreads.SpinBriefly();
        using var output = StandardStreams.Out();
        using var error = StandardStreams.Error();
        Console.SetOut(TextWriter.Null); // TorchSharp writes there when it searches for libtorch; our own lines go through the streams above
        Output voice = args.TakeWhile(arg => arg != "--").Contains("--json") ? new JsonOutput(output) : new PeopleOutput(output, error);
        try
        {
            return (int)Run(args, voice, output, error);
        }
        catch (Exception e)
        {
            return (int)Tell(Failures.Of(e), e, voice, error);
        }
    }

    /// <summary>What the bare name means: the studio to a person at a terminal; help where a script called, which must not wait for a server for ever.</summary>
    private static string Alone() => Console.IsInputRedirected || Console.IsOutputRedirected ? "--help" : "serve";

    private static ExitCode Run(string[] args, Output voice, TextWriter output, TextWriter error)
    {
        var root = CommandTree.Build();
        var parse = root.Parse(args.Length > 0 ? args : [Alone()], CommandTree.Rules);
        if (parse.Errors.Count > 0) throw Misunderstood(parse);
        // Programs read lines, not pages.
        if (parse.Action is HelpPage { IsAsked: false } && voice is JsonOutput) throw FailureException.Usage(Texts.VerbMissing.With(HelpPage.NameOf(parse.CommandResult.Command)) + " " + HelpHint(parse));
        if (parse.CommandResult.Command is not VerbCommand verb || parse.Action != verb.Action)
            return (ExitCode)parse.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });

        RefuseUnknownOptions(parse);
        using var interrupt = new Interrupt();
        var code = verb.Run(parse, new Session(voice, Environment.GetEnvironmentVariable, interrupt.Token));
        if (code == ExitCode.Done) voice.Done();
        return code;
    }

    /// <summary>The parser takes what it does not know for text: <c>--stepz 9</c> must not become a prompt.</summary>
    private static void RefuseUnknownOptions(ParseResult parse)
    {
        int literal = parse.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Count();
        var taken = parse.Tokens.Take(literal).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var token in parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens))
            if (taken.Contains(token) && token.Value.StartsWith("--", StringComparison.Ordinal)) throw UnknownOption(parse, token.Value);
    }

    private static FailureException Misunderstood(ParseResult parse)
    {
        if (parse is { CommandResult.Command: { Subcommands.Count: > 0 } group, UnmatchedTokens: [var verb, ..] } && !verb.StartsWith('-'))
            return FailureException.Usage(Texts.UnknownVerb.With(verb, Spelling.Nearest(verb, group.Subcommands.Select(command => command.Name))) + " " + HelpHint(parse));
        if (parse.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-')) is { } option) return UnknownOption(parse, option);
        return FailureException.Usage(string.Join(' ', parse.Errors.Select(e => e.Message).Distinct()) + " " + HelpHint(parse));
    }

    private static FailureException UnknownOption(ParseResult parse, string given)
    {
        var known = parse.CommandResult.Command.Options.Concat(parse.RootCommandResult.Command.Options).Where(option => !option.Hidden).Select(option => option.Name);
        return FailureException.Usage(Texts.UnknownOption.With(given, Spelling.Nearest(given, known)) + " " + HelpHint(parse));
    }

    private static string HelpHint(ParseResult parse) =>
        Texts.HelpHint.With($"{HelpPage.NameOf(parse.CommandResult.Command)} --help");

    private static ExitCode Tell(Failure failure, Exception cause, Output voice, TextWriter error)
    {
        try
        {
            // Where standard output itself failed, JSON lines cannot tell.
            if (cause is StandardOutputException) error.WriteLine(failure.Message);
            else voice.Fail(failure);
        }
        catch (StandardOutputException)
        {
            error.WriteLine(failure.Message);
        }
        if (Environment.GetEnvironmentVariable("ANIMARIUM_DEBUG") == "1") error.WriteLine(cause);
        return failure.Exit;
    }
}
