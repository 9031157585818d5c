using System.Diagnostics;
using System.Text;

namespace Animarium.Studio.Images.Decoding;

/// <summary>A process that answers lines.</summary>
internal sealed class DecodingProcess : IDisposable
{
    private readonly Process process;

    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public DecodingProcess(IReadOnlyList<string> command)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = utf8, StandardOutputEncoding = utf8, CreateNoWindow = true,
        })!;
        process.BeginErrorReadLine(); // what libraries complain about is in no one's way
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    public string Ask(string line, TimeSpan patience)
    {
        // An asynchronous read would end on a thread of the pool, which may have none to spare just when many wait for pictures.
        bool isLate = false;
        using var alarm = new Timer(_ =>
        {
            isLate = true;
            Kill();
        }, null, patience, Timeout.InfiniteTimeSpan);
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
        return process.StandardOutput.ReadLine() ?? throw (isLate ? new TimeoutException() : new EndOfStreamException());
    }

    /// <summary>Ends it, whatever it is doing.</summary>
    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    private void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // it is gone already
        }
    }
}
