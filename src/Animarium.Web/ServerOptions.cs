using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Storage;
using Animarium.Web.Security;

namespace Animarium.Web;

/// <summary>How a studio is served.</summary>
/// <param name="Home">Its folder, prepared and held by a <see cref="StudioLock"/>.</param>
public sealed record ServerOptions(StudioHome Home)
{
    /// <summary>Where it listens. Beyond loopback a token is required.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; } = 7680;

    /// <summary>Who knows it comes in; asked for beyond loopback.</summary>
    public AccessToken Token { get; init; } = AccessToken.None;

    /// <summary>With it the server speaks TLS only; null: plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Names by which browsers may call this machine, besides its own and its numbers.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>Folders out of which requests may have files read, besides the studio's own and those of models.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>The most bytes of a file that a browser may send.</summary>
    public long LargestUpload { get; init; } = 64 << 20;

    /// <summary>A worker without work ends after this.</summary>
    public TimeSpan WorkerIdle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The worker's, against the page and other programs.</summary>
    public ProcessPriorityClass WorkerPriority { get; init; } = ProcessPriorityClass.BelowNormal;

    /// <summary>Where models and word lists are.</summary>
    public StudioFolders Library { get; init; } = StudioFolders.Default;

    /// <summary>Whether only this machine reaches it.</summary>
    public bool IsLocal => IPAddress.IsLoopback(Address);
}
