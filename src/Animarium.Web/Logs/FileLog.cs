using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Animarium.Web.Logs;

/// <summary>Writes what the server tells into files of the studio's folder: one a day, a new one where it grows large, the oldest deleted. Never holds up who tells.</summary>
internal sealed class FileLog : ILoggerProvider
{
    private const long LargestFile = 4L << 20;
    private const int MostFiles = 10, MostWaiting = 10_000;

    private readonly string folder;
    private readonly TimeProvider time;
    private readonly Channel<string> lines = Channel.CreateBounded<string>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly ConcurrentDictionary<string, ILogger> loggers = new(StringComparer.Ordinal);
    private readonly Task writing;

    /// <summary>Logs into a folder that exists.</summary>
    public FileLog(string folder, TimeProvider time)
    {
        (this.folder, this.time) = (folder, time);
        writing = Task.Run(Write);
    }

    public ILogger CreateLogger(string categoryName) => loggers.GetOrAdd(categoryName, name => new Logger(this, name));

    public void Dispose()
    {
        lines.Writer.TryComplete();
        writing.Wait(TimeSpan.FromSeconds(2));
    }

    private async Task Write()
    {
        while (await lines.Reader.WaitToReadAsync())
        {
            var text = new StringBuilder();
            while (text.Length < LargestFile && lines.Reader.TryRead(out string? line)) text.AppendLine(line);
            try
            {
                await File.AppendAllTextAsync(Current(), text.ToString());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk must not keep the server from answering; these lines are lost.
            }
        }
    }

    private string Current()
    {
        string day = time.GetLocalNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        for (int part = 1; ; part++)
        {
            string path = Path.Combine(folder, part == 1 ? $"server-{day}.log" : $"server-{day}-{part:00}.log");
            if (File.Exists(path) && new FileInfo(path).Length >= LargestFile) continue;
            if (!File.Exists(path))
                foreach (string old in LogFolder.Files(folder).SkipLast(MostFiles - 1)) File.Delete(old);
            return path;
        }
    }

    private sealed class Logger(FileLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            // One line each: what others wrote must not look like lines of ours.
            string message = (formatter(state, exception) + (exception is null ? "" : " " + exception)).ReplaceLineEndings(" | ");
            log.lines.Writer.TryWrite($"{log.time.GetUtcNow():O} {logLevel} {category}: {message}");
        }
    }
}
