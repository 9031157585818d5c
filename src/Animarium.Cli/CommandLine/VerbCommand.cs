using System.CommandLine;
using System.Diagnostics;
using Animarium.Cli.Outcomes;

namespace Animarium.Cli.CommandLine;

/// <summary>One verb: its options in groups, as help shows them, and what it does.</summary>
internal sealed class VerbCommand : Command
{
    private readonly List<(string Title, IReadOnlyList<Option> Options)> groups = [];

    public VerbCommand(string name, string description, Func<ParseResult, Session, ExitCode> run) : base(name, description)
    {
        Run = run;
        // Never invoked: without an action of its own, a verb that has verbs below it counts as a line without a verb.
        SetAction((Func<ParseResult, int>)(_ => throw new UnreachableException()));
    }

    /// <summary>Options under their headings, in the order of help.</summary>
    public IReadOnlyList<(string Title, IReadOnlyList<Option> Options)> Groups => groups;

    /// <summary>Command lines worth copying, without the program's name.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>What the verb does; throws what <see cref="Failures"/> puts into words.</summary>
    public Func<ParseResult, Session, ExitCode> Run { get; }

    /// <summary>Adds options under a heading.</summary>
    public void Add(string title, params IReadOnlyList<Option> options)
    {
        groups.Add((title, options));
        foreach (var option in options) Options.Add(option);
    }
}
