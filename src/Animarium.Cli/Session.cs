using Animarium.Cli.Terminal;

namespace Animarium.Cli;

/// <summary>What a verb gets from outside.</summary>
/// <param name="Output">Where it speaks: to people or to programs.</param>
/// <param name="Environment">Reads an environment variable.</param>
/// <param name="Cancellation">Set by Ctrl-C.</param>
internal sealed record Session(Output Output, Func<string, string?> Environment, CancellationToken Cancellation);
