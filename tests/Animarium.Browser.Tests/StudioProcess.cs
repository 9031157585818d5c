using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Animarium.Browser.Tests;

/// <summary>The real program serving a folder of its own. It can be killed and started again on the same port. The load test starts it too.</summary>
internal sealed class StudioProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "animarium.dll");

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly string data = Directory.CreateTempSubdirectory("animarium-browser-").FullName;
    private readonly StringBuilder said = new();
    private Process? process;

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>A folder of models that is empty at first.</summary>
    public string Models => Path.Combine(data, "models");

    /// <summary>Its folder.</summary>
    public string Data => data;

    /// <summary>Its memory, mapped files included, in bytes.</summary>
    public long Memory
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Processor time that it took so far, without its worker's.</summary>
    public TimeSpan Processor
    {
        get
        {
            process!.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Whether a native library is in its memory. Linux tells.</summary>
    /// <param name="library">A part of the file's name.</param>
    public bool Loads(string library) => File.ReadLines($"/proc/{process!.Id}/maps").Any(line => line.Contains(library, StringComparison.Ordinal));

    /// <summary>Puts a LoRA on the person's shelf that changes nothing but carries words for the prompt. The shelf is read once: before a page shows it.</summary>
    public void AddLora(string name, string words)
    {
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["__metadata__"] = new Dictionary<string, string> { ["modelspec.trigger_phrase"] = words }, ["x"] = new { dtype = "F32", shape = new[] { 1 }, data_offsets = new[] { 0, 4 } },
        });
        string shelf = Directory.CreateDirectory(Path.Combine(data, "home", "animarium", "models", "loras")).FullName;
        File.WriteAllBytes(Path.Combine(shelf, name + ".safetensors"), [.. BitConverter.GetBytes((long)header.Length), .. header, 0, 0, 0, 0]);
    }

    /// <summary>Whether drawing gives way to everything else, as it usually does. Tests run side by side: pictures would come when all others are done.</summary>
    public bool Yields { get; init; }

    /// <summary>Starts on a free port, and later on the same.</summary>
    public async Task Start()
    {
        var start = new ProcessStartInfo("dotnet", [Program, "serve", "--json", "--data", data, "--port", $"{Address?.Port ?? 0}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        // Only the mini model of the checkout, and a folder of its own to put files into, whatever the person who runs the tests has.
        Directory.CreateDirectory(Models);
        if (!Yields && !File.Exists(Path.Combine(data, "settings.toml"))) File.WriteAllText(Path.Combine(data, "settings.toml"), "[machine]\npriority = \"normal\"\n");
        start.Environment["ANIMARIUM_MODELS"] = $"{Models}{Path.PathSeparator}{Path.Combine(Checkout.Root, "models")}";
        start.Environment["XDG_DATA_HOME"] = Path.Combine(data, "home");
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
        throw new InvalidOperationException($"The studio does not start:\n{Said}");
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
        Directory.Delete(data, recursive: true);
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
