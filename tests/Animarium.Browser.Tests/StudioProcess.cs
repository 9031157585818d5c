using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Animarium.Browser.Tests;

/// <summary>The real program serving a folder of its own. It can be killed and started again on the same port.</summary>
internal sealed class StudioProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "animarium.dll");

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>The studio's own folder.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("animarium-browser-").FullName;
    private readonly StringBuilder said = new();
    private Process? process;

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where the person's own models, lists and caches lie, in a folder "animarium".</summary>
    public string Home => Path.Combine(Data, "home");

    /// <summary>Starts on a free port, and later on the same.</summary>
    public async Task Start()
    {
        var start = new ProcessStartInfo("dotnet", [Program, "serve", "--json", "--data", Data, "--port", $"{Address?.Port ?? 0}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        // Only the mini model of the checkout, whatever the person who runs the tests has.
        start.Environment["ANIMARIUM_MODELS"] = Path.Combine(Checkout.Root, "models");
        start.Environment["XDG_DATA_HOME"] = Home;
        start.Environment["LC_ALL"] = "C.UTF-8";
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(Longest);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            Hear(line);
            if (!line.StartsWith('{') || JsonNode.Parse(line) is not JsonObject report || (string?)report["event"] != "serving") continue;
            Address = new((string)report["address"]!);
            _ = Listen(process.StandardOutput);
            return;
        }
        Assert.Fail($"The studio does not start:\n{said}");
    }

    /// <summary>Ends it as a power cut would, with its worker.</summary>
    public async Task Kill()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>What it wrote so far.</summary>
    public string Said
    {
        get { lock (said) return said.ToString(); }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await Kill();
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>Reads on, so that the program never waits for a full pipe.</summary>
    private async Task Listen(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line) Hear(line);
    }

    private void Hear(string? line)
    {
        lock (said) said.AppendLine(line);
    }
}
