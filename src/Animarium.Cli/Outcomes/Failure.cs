namespace Animarium.Cli.Outcomes;

/// <summary>Why a run ended without its result.</summary>
/// <param name="Code">For programs: a stable word such as <c>usage</c> or <c>input</c>.</param>
/// <param name="Exit">For the shell.</param>
/// <param name="Message">For people: what happened, to which file or option, and what to do next.</param>
internal sealed record Failure(string Code, ExitCode Exit, string Message);

/// <summary>Ends a verb with a failure whose words are ready.</summary>
internal sealed class FailureException : Exception
{
    public FailureException(Failure failure, Exception? cause = null) : base(failure.Message, cause) => Failure = failure;

    public Failure Failure { get; }

    /// <summary>The command line is wrong.</summary>
    public static FailureException Usage(string message) => new(new("usage", ExitCode.Usage, message));

    /// <summary>Something that is read is missing or broken.</summary>
    public static FailureException Input(string message, Exception? cause = null) => new(new("input", ExitCode.Input, message), cause);

    /// <summary>Something cannot be written.</summary>
    public static FailureException Output(string message, Exception? cause = null) => new(new("output", ExitCode.Output, message), cause);
}
