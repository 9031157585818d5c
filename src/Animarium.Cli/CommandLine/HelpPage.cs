using System.CommandLine;
using System.CommandLine.Invocation;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Spectre.Console;

namespace Animarium.Cli.CommandLine;

/// <summary>What <c>--help</c> prints: usage, verbs or options under their headings, examples.</summary>
/// <param name="root">The program.</param>
/// <param name="asked">Whether it was asked for, mistakes on the line or not; else it is what a command without verb shows.</param>
internal sealed class HelpPage(RootCommand root, bool asked = true) : SynchronousCommandLineAction
{
    private const int NarrowestTerminal = 60, WidestText = 110, NameColumn = 30;

    public override bool ClearsParseErrors => asked;

    /// <summary>Whether somebody asked for it.</summary>
    public bool IsAsked => asked;

    public override int Invoke(ParseResult parse)
    {
        Write(parse.CommandResult.Command, parse.InvocationConfiguration.Output, Console.IsOutputRedirected ? WidestText : Math.Clamp(Console.WindowWidth, NarrowestTerminal, WidestText));
        // A script that forgot the verb must not take the page for success.
        return (int)(asked ? ExitCode.Done : ExitCode.Usage);
    }

    /// <summary>Writes the page of a command.</summary>
    /// <param name="command">The root or a verb.</param>
    /// <param name="output">Lines without colours.</param>
    /// <param name="width">Columns; a Japanese character takes two.</param>
    public void Write(Command command, TextWriter output, int width)
    {
        output.WriteLine(command.Description);
        output.WriteLine();
        output.WriteLine($"{Texts.HelpUsage} {Usage(command)}");
        var arguments = command.Arguments.Where(argument => !argument.Hidden).ToList();
        Section(output, Texts.HelpVerbs, [.. command.Subcommands.Where(verb => !verb.Hidden).Select(verb => (verb.Name, verb.Description ?? ""))], width);
        Section(output, Texts.HelpArguments, [.. arguments.Select(argument => (argument.HelpName ?? argument.Name, argument.Description ?? ""))], width);
        if (command is VerbCommand verb)
            foreach (var (title, options) in verb.Groups) Section(output, title, [.. options.Select(Row)], width);
        Section(output, Texts.HelpGeneral, [.. root.Options.Where(option => option.Recursive || command == root).Select(Row)], width);
        if (command is VerbCommand { Examples.Count: > 0 } examples)
        {
            output.WriteLine();
            output.WriteLine(Texts.HelpExamples);
            foreach (string example in examples.Examples) output.WriteLine($"  animarium {example}");
        }
    }

    private static string Usage(Command command)
    {
        if (command.Subcommands.Count > 0 && command is not VerbCommand) return $"{NameOf(command)} {Texts.HelpVerbName} [{Texts.HelpOptionsName}]";
        var arguments = command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.HelpName}]" : argument.HelpName);
        return string.Join(' ', [NameOf(command), .. arguments, $"[{Texts.HelpOptionsName}]"]);
    }

    /// <summary>How a command is called: <c>animarium lora merge</c>.</summary>
    public static string NameOf(Command command) =>
        command is RootCommand ? "animarium" : $"{(command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? NameOf(parent) : "animarium")} {command.Name}";

    private static (string, string) Row(Option option)
    {
        // -h and --help, without the spellings of other systems
        var names = option.Aliases.Append(option.Name).Where(name => name.StartsWith('-') && !name.Contains('?')).OrderBy(name => name.Length).Distinct();
        string value = option.HelpName is { } name ? $" {name}" : "";
        return (string.Join(", ", names) + value, option.Description ?? "");
    }

    private static void Section(TextWriter output, string title, IReadOnlyList<(string Name, string Text)> rows, int width)
    {
        if (rows.Count == 0) return;
        output.WriteLine();
        output.WriteLine(title);
        foreach (var (name, text) in rows)
        {
            var lines = Wrapped.Lines(text, width - NameColumn);
            bool beside = Wrapped.Columns(name) <= NameColumn - 4;
            output.WriteLine(beside ? $"  {name}{new string(' ', NameColumn - 2 - Wrapped.Columns(name))}{lines[0]}".TrimEnd() : $"  {name}");
            foreach (string line in lines.Skip(beside ? 1 : 0)) output.WriteLine(new string(' ', NameColumn) + line);
        }
    }
}
