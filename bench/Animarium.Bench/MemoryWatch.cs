using System.Diagnostics;
using System.Globalization;

namespace Animarium.Bench;

/// <summary>Looks at the process's memory every few milliseconds until it is disposed.</summary>
sealed class MemoryWatch : IDisposable
{
    const int Milliseconds = 5;

    readonly Timer timer;

    public MemoryWatch() => timer = new(_ => Look(), null, 0, Milliseconds);

    public long Peak { get; private set; }

    /// <summary>Memory that no file backs; null where the system doesn't tell.</summary>
    public long? Anonymous { get; private set; }

    public void Dispose()
    {
        using var done = new ManualResetEvent(false);
        if (timer.Dispose(done)) done.WaitOne();
    }

    void Look()
    {
        using var process = Process.GetCurrentProcess();
        Peak = Math.Max(Peak, process.WorkingSet64);
        if (OperatingSystem.IsLinux()) Anonymous = Math.Max(Anonymous ?? 0, Kilobytes("RssAnon:") * 1024);
    }

    static long Kilobytes(string name) =>
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)) is var line
            ? long.Parse(line.AsSpan(name.Length, line.Length - name.Length - 2), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture)
            : 0;
}
