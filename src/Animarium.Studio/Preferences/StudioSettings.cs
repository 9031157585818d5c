using Animarium.Studio.Generation;

namespace Animarium.Studio.Preferences;

/// <summary>The settings of the studio: what <c>settings.toml</c> says, and otherwise the values here. Each property is declared in <see cref="StudioOptions"/>.</summary>
public sealed record StudioSettings
{
    /// <summary>auto, en or ja.</summary>
    public string Language { get; init; } = "auto";

    /// <summary>auto, light or dark.</summary>
    public string Theme { get; init; } = "auto";

    /// <summary>Where pictures go; null: into the studio's folder.</summary>
    public string? Pictures { get; init; }

    /// <summary>Folders out of which pictures may be imported or opened.</summary>
    public IReadOnlyList<string> Imports { get; init; } = [];

    /// <summary>Folders in which models are looked for before all others.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Names of new pictures, with placeholders as in <see cref="OutputNames"/>; null: by day, time and seed.</summary>
    public string? Names { get; init; }

    /// <summary>What a picture is drawn with unless a person or the model says otherwise; also the machine's settings and the picture format.</summary>
    public Settings Drawing { get; init; } = Settings.Empty;

    /// <summary>Minutes after which a worker without work ends and gives its memory back.</summary>
    public int IdleMinutes { get; init; } = 5;

    /// <summary>low: drawing and training give way to the page and to other programs; normal: they don't.</summary>
    public string Priority { get; init; } = "low";

    /// <summary>The address the server listens on.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port the server listens on; 0: any that is free.</summary>
    public int Port { get; init; } = 7680;

    /// <summary>Names by which browsers may call this machine.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>A certificate with its key; null: plain HTTP.</summary>
    public string? Certificate { get; init; }

    /// <summary>The largest file a browser may send, in MB (2²⁰ bytes).</summary>
    public int UploadLimit { get; init; } = 64;

    /// <summary>The environment variable that holds the token for downloads. The token itself stands in no file.</summary>
    public string TokenVariable { get; init; } = "HF_TOKEN";

    /// <summary>What a request is laid over: <see cref="Drawing"/> and <see cref="Names"/>.</summary>
    public Settings Defaults => Names is { } names ? Settings.Empty.With("out", names).Over(Drawing) : Drawing;
}
