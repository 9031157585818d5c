using System.CommandLine;
using System.CommandLine.Parsing;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;

namespace Animarium.Cli;

/// <summary>One run of the program: from arguments to an exit code, whatever happens between.</summary>
internal static class Invocation
{
    public static int Run(string[] args)
    {
        Languages.Choose(Languages.Asked(args), Environment.GetEnvironmentVariable);
        using var output = StandardStreams.Out();
        using var error = StandardStreams.Error();
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

    private static ExitCode Run(string[] args, Output voice, TextWriter output, TextWriter error)
    {
        var root = CommandTree.Build();
        var parse = root.Parse(args.Length == 0 ? ["--help"] : args, CommandTree.Rules);
        if (parse.Errors.Count > 0) throw FailureException.Usage(string.Join(' ', parse.Errors.Select(e => e.Message).Distinct()) + " " + HelpHint(parse));
        if (parse.CommandResult.Command is not VerbCommand verb || parse.Action is not null)
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
        {
            if (!taken.Contains(token) || !token.Value.StartsWith("--", StringComparison.Ordinal)) continue;
            var known = parse.CommandResult.Command.Options.Where(option => !option.Hidden).Select(option => option.Name);
            throw FailureException.Usage(Texts.UnknownOption.With(token.Value, Nearest.Of(token.Value, known)) + " " + HelpHint(parse));
        }
    }

    private static string HelpHint(ParseResult parse) =>
        Texts.HelpHint.With(parse.CommandResult.Command is VerbCommand verb ? $"animarium {verb.Name} --help" : "animarium --help");

    private static ExitCode Tell(Failure failure, Exception cause, Output voice, TextWriter error)
    {
        if (failure.Exit == ExitCode.ClosedPipe) error.WriteLine(failure.Message); // the voice itself may be what is closed
        else
        {
            try
            {
                voice.Fail(failure);
            }
            catch (IOException)
            {
                error.WriteLine(failure.Message);
            }
        }
        if (Environment.GetEnvironmentVariable("ANIMARIUM_DEBUG") == "1") error.WriteLine(cause);
        return failure.Exit;
    }
}
