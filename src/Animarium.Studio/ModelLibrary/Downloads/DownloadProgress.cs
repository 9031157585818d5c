namespace Animarium.Studio.ModelLibrary.Downloads;

/// <summary>What a download is doing.</summary>
public enum DownloadPhase
{
    /// <summary>Bytes come.</summary>
    Loading,

    /// <summary>It waits before the next try.</summary>
    Waiting,

    /// <summary>The hash is computed.</summary>
    Checking,
}

/// <summary>How far a download is.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Bytes">Bytes that are here, or that are checked.</param>
/// <param name="Total">All of them; null: not known.</param>
/// <param name="Message">Why it waits; null otherwise.</param>
public sealed record DownloadProgress(DownloadPhase Phase, long Bytes, long? Total, string? Message = null);
