using Animarium.Studio.Hardware;

namespace Animarium.Studio.ModelLibrary.Downloads;

/// <summary>A file to fetch.</summary>
/// <param name="Source">Where it lies; https.</param>
/// <param name="Target">The file it becomes, ending in .safetensors; its folder is made.</param>
public sealed record FileDownload(Uri Source, string Target)
{
    /// <summary>Its size; null: not known beforehand.</summary>
    public long? Bytes { get; init; }

    /// <summary>SHA-256 as 64 hexadecimal digits; null: not known, and what comes is only checked for being whole.</summary>
    public string? Sha256 { get; init; }

    /// <summary>A secret for the source's own host, or null. It is sent nowhere else and told to nobody.</summary>
    public string? Token { get; init; }

    // A record writes all its properties.
    private bool PrintMembers(System.Text.StringBuilder text) => text.Append(Source).Append(" > ").Append(Target) is not null;
}

/// <summary>How a file is fetched.</summary>
public sealed record DownloadOptions
{
    /// <summary>A connection that is silent for so long is given up and taken up again.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause before the first new try; each one that brings nothing doubles it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>No pause is longer, whatever a server asks for.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Tries one after the other that bring nothing until it is given up.</summary>
    public int Patience { get; init; } = 8;

    /// <summary>Whether http to this very machine is taken, too: for tests.</summary>
    internal bool AllowsLoopback { get; init; }

    /// <summary>Free bytes where a folder lies.</summary>
    internal Func<string, long> FreeBytes { get; init; } = folder => DiskSpace.Of(folder)?.Free ?? long.MaxValue;
}
