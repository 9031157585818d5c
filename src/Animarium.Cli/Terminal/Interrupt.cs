using System.Runtime.InteropServices;
using Animarium.Cli.Outcomes;

namespace Animarium.Cli.Terminal;

/// <summary>Ctrl-C: the first asks the run to stop after the step it is in, the second ends the program.</summary>
internal sealed class Interrupt : IDisposable
{
    /// <summary>A file grew beyond the shell's limit (ulimit -f): caught, it becomes an error of that write instead of the end of the process. The number is the same on Linux and macOS.</summary>
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    // Never let go of: the signal is handled on another thread, maybe after the failed write has already ended the run.
    private static PosixSignalRegistration? fileTooLarge;

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] signals;

    public Interrupt()
    {
        signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
        if (!OperatingSystem.IsWindows()) fileTooLarge ??= PosixSignalRegistration.Create(FileTooLarge, signal => signal.Cancel = true);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true; // the system's own way would end the process at once
        if (source.IsCancellationRequested) Environment.Exit((int)ExitCode.Cancelled);
        source.Cancel();
    }

    public void Dispose()
    {
        foreach (var signal in signals) signal.Dispose();
        source.Dispose();
    }
}
