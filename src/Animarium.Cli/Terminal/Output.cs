using System.Text.Json.Nodes;
using Animarium.Cli.Outcomes;
using Spectre.Console;

namespace Animarium.Cli.Terminal;

/// <summary>Where verbs speak: to people in words and tables, or to programs in one JSON object a line.</summary>
internal abstract class Output
{
    /// <summary>Whether programs read along: nothing but JSON on standard output.</summary>
    public abstract bool IsJson { get; }

    /// <summary>One result.</summary>
    /// <param name="kind">The <c>event</c> of the line for programs.</param>
    /// <param name="facts">What follows it there.</param>
    /// <param name="show">The same for people.</param>
    public abstract void Report(string kind, JsonObject facts, Action<IAnsiConsole> show);

    /// <summary>Something that a person should know and that did not stop the run.</summary>
    /// <param name="code">For programs: a stable word.</param>
    /// <param name="message">For people.</param>
    public abstract void Warn(string code, string message);

    /// <summary>The run ends without its result.</summary>
    public abstract void Fail(Failure failure);

    /// <summary>The run ends with its result.</summary>
    public abstract void Done();
}
