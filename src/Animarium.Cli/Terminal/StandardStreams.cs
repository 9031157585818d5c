using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Animarium.Cli.Terminal;

/// <summary>Standard output as bytes that tell when nobody reads them.</summary>
internal static class StandardStreams
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Standard output in UTF-8, each line handed on at once. What cannot be written throws <see cref="StandardOutputException"/>.</summary>
    public static TextWriter Out() => Writer(OpenOut());

    /// <summary>Standard error in UTF-8; it never fails: there is nowhere left to complain.</summary>
    public static TextWriter Error() => Writer(Console.OpenStandardError());

    private static StreamWriter Writer(Stream stream) => new(stream, Utf8) { AutoFlush = true, NewLine = "\n" };

    /// <summary>The console's own stream swallows a closed pipe, and a file stream would write over what others append to the same file: pipes get the one, files the other.</summary>
    private static GuardedStream OpenOut()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return new(Console.OpenStandardOutput(), isPipe: false);
        try
        {
            var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return pipe.CanSeek ? new(Console.OpenStandardOutput(), isPipe: false) : new(pipe, isPipe: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new(Console.OpenStandardOutput(), isPipe: false); // closed by the caller (>&-): the console discards
        }
    }

    /// <summary>Says that it was standard output which could not be written, and why.</summary>
    private sealed class GuardedStream(Stream inner, bool isPipe) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                inner.Write(buffer);
            }
            catch (IOException e)
            {
                throw new StandardOutputException(isPipe, e);
            }
        }
    }
}

/// <summary>Standard output cannot be written: whoever read it went away, or the disk behind it is full.</summary>
/// <param name="isPipe">Whether somebody read it.</param>
/// <param name="cause">What the system said.</param>
internal sealed class StandardOutputException(bool isPipe, Exception cause) : IOException(cause.Message, cause)
{
    public bool IsPipe { get; } = isPipe;
}
