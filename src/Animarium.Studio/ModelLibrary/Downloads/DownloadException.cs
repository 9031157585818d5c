namespace Animarium.Studio.ModelLibrary.Downloads;

/// <summary>Why a download failed.</summary>
public enum DownloadProblem
{
    /// <summary>The source cannot be reached, or breaks off again and again. What came is kept; the next try goes on from there.</summary>
    Unreachable,

    /// <summary>The site wants a token, or another one.</summary>
    Token,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>What lies there is another file than was asked for.</summary>
    Different,

    /// <summary>It is nothing that is fetched: another protocol, another kind of file.</summary>
    Refused,

    /// <summary>The disk is full, or cannot be written to.</summary>
    Disk,
}

/// <summary>A file could not be fetched; the message says why and what to do.</summary>
public sealed class DownloadException : Exception
{
    /// <summary>Without a reason.</summary>
    public DownloadException() { }

    /// <summary>With the reason in words.</summary>
    public DownloadException(string message) : base(message) { }

    /// <summary>With the reason in words and its cause.</summary>
    public DownloadException(string message, Exception inner) : base(message, inner) { }

    /// <summary>With the kind of problem.</summary>
    public DownloadException(DownloadProblem problem, string message, Exception? inner = null) : base(message, inner) => Problem = problem;

    /// <summary>For programs.</summary>
    public DownloadProblem Problem { get; }
}

/// <summary>A try that may go better next time.</summary>
/// <param name="reason">In words.</param>
/// <param name="pause">What the server asks to wait; null: nothing.</param>
internal sealed class InterruptedException(string reason, TimeSpan? pause = null) : Exception(reason)
{
    public TimeSpan? Pause => pause;
}
