using System.Globalization;
using System.Text;
using Animarium.Studio.Storage;
using Microsoft.Extensions.Logging;

namespace Animarium.Web.Logs;

/// <summary>A line of the server's log.</summary>
/// <param name="At">When.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Category">Who says it.</param>
/// <param name="Message">What.</param>
public sealed record LogEntry(DateTimeOffset At, LogLevel Level, string Category, string Message)
{
    /// <summary>As the file has it.</summary>
    public override string ToString() => $"{At:O} {Level} {Category}: {Message}";

    /// <summary>Reads a line; null: it is cut off, or none of ours.</summary>
    internal static LogEntry? Parse(string line) =>
        line.Split(' ', 4) is [var at, var level, [.. var category, ':'], var message] && Enum.TryParse<LogLevel>(level, out var read)
        && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var moment) ? new(moment, read, category, message) : null;
}

/// <summary>The log of the server, as <see cref="FileLog"/> wrote it.</summary>
/// <param name="home">Has its folder.</param>
public sealed class LogFolder(StudioHome home)
{
    /// <summary>Files of a folder, the oldest first: those of a day are <c>server-DAY.log</c>, <c>server-DAY-02.log</c>, …</summary>
    internal static IReadOnlyList<string> Files(string folder) => [.. Directory.GetFiles(folder, "server-*.log").OrderBy(path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal)];

    /// <summary>The latest lines that fit, the oldest of them first. Older files are read only as far as it takes.</summary>
    /// <param name="most">Lines at most.</param>
    /// <param name="text">Stands in category or message, case does not matter; empty: every line.</param>
    /// <param name="least">Lines of lower levels are left out.</param>
    public IReadOnlyList<LogEntry> Latest(int most, string text = "", LogLevel least = LogLevel.Trace)
    {
        var found = new List<LogEntry>();
        foreach (string file in Files(home.Logs).Reverse())
        {
            found.AddRange(Lines(file).AsEnumerable().Reverse().Select(LogEntry.Parse).OfType<LogEntry>().Where(Fits).Take(most - found.Count));
            if (found.Count == most) break;
        }
        found.Reverse();
        return found;

        bool Fits(LogEntry entry) => entry.Level >= least && (entry.Message.Contains(text, StringComparison.OrdinalIgnoreCase) || entry.Category.Contains(text, StringComparison.OrdinalIgnoreCase));
    }

    private static string[] Lines(string file)
    {
        try
        {
            // It may be written to, and deleted, at any moment; no file is larger than FileLog lets it grow.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
