using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Hardware;

/// <summary>Something that the doctor looked at.</summary>
/// <param name="Name">For programs: a stable word, such as <c>memory</c>.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Value">What was found, in words.</param>
public sealed record DoctorCheck(string Name, string Label, string Value);

/// <summary>What <c>animarium doctor</c> says of a machine.</summary>
/// <param name="At">When it was asked.</param>
/// <param name="Checks">In its order.</param>
/// <param name="Advice">What to do; empty: everything needed is here.</param>
/// <param name="Problem">Why it did not come to its end; null: it did.</param>
public sealed record DoctorReport(DateTimeOffset At, IReadOnlyList<DoctorCheck> Checks, IReadOnlyList<string> Advice, string? Problem);

/// <summary>
/// Asks <c>animarium doctor --json</c>, in a process of its own: measuring loads libtorch, which a server must neither hold nor be ended by.
/// </summary>
/// <param name="command">The program and its verb.</param>
/// <param name="time">Says when.</param>
public sealed class DoctorProcess(IReadOnlyList<string> command, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3); // a busy machine takes its time to measure

    /// <summary>Asks it.</summary>
    /// <param name="folder">The folder whose disk is looked at.</param>
    /// <param name="language">Of its sentences.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<DoctorReport> Examine(string folder, CultureInfo language, CancellationToken cancellation = default)
    {
        var checks = new List<DoctorCheck>();
        var advice = new List<string>();
        string? problem = null;
        using var patience = new CancellationTokenSource(Patience, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        using var process = new Process { StartInfo = Start(folder, language) };
        bool started = false;
        try
        {
            started = process.Start();
            process.ErrorDataReceived += (_, _) => { }; // read on, so that it never waits for a full pipe
            process.BeginErrorReadLine();
            while (await process.StandardOutput.ReadLineAsync(ended.Token).ConfigureAwait(false) is { } line) Take(line);
            await process.WaitForExitAsync(ended.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            problem = Words.Say("doctor.failed", e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            problem = Words.Say("doctor.slow", (int)Patience.TotalMinutes);
        }
        finally
        {
            if (started && !process.HasExited) process.Kill(entireProcessTree: true);
        }
        if (problem is null && checks.Count == 0) problem = Words.Say("doctor.failed", started ? process.ExitCode : -1);
        return new(time.GetUtcNow(), checks, advice, problem);

        void Take(string line)
        {
            if (Json(line) is not { } report) return; // a native library that writes to standard output
            if (Text(report, "event") is "check") checks.Add(new(Text(report, "check"), Text(report, "label"), Text(report, "value")));
            else if (Text(report, "event") is "advice" && report["messages"] is JsonArray messages) advice.AddRange(messages.Select(message => message?.ToString() ?? ""));
            else if (Text(report, "event") is "error" && advice.Count == 0) problem = Text(report, "message");
        }
    }

    private ProcessStartInfo Start(string folder, CultureInfo language) =>
        new(command[0], [.. command.Skip(1), "--json", "--folder", folder, "--lang", language.TwoLetterISOLanguageName == "ja" ? "ja" : "en"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, CreateNoWindow = true,
        };

    private static string Text(JsonObject report, string key) => report[key]?.ToString() ?? "";

    private static JsonObject? Json(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonNode.Parse(line) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
