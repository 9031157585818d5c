namespace Animarium.Cli.Outcomes;

/// <summary>What the program says to the shell; docs/command-line.md is the same list for people.</summary>
internal enum ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    Done = 0,

    /// <summary>A mistake of the program itself: worth a report.</summary>
    Unexpected = 1,

    /// <summary>The command line cannot be understood, or an option is out of its range.</summary>
    Usage = 2,

    /// <summary>The request is one that Animarium does not draw.</summary>
    Refused = 3,

    /// <summary>A file or model that is read: missing, damaged, of another kind.</summary>
    Input = 4,

    /// <summary>A file that is written: full disk, no permission.</summary>
    Output = 5,

    /// <summary>The machine: memory, a device that is not there, libtorch.</summary>
    Machine = 6,

    /// <summary>Ctrl-C, as shells count it: 128 + SIGINT.</summary>
    Cancelled = 130,

    /// <summary>Whoever read standard output went away, as shells count it: 128 + SIGPIPE.</summary>
    ClosedPipe = 141,
}
