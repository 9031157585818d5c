using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Animarium.Cli.Terminal;

/// <summary>Standard output as bytes that tell when nobody reads them.</summary>
internal static class StandardStreams
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Standard output in UTF-8, each line handed on at once. Writing to a closed pipe throws <see cref="ClosedPipeException"/>.</summary>
    public static TextWriter Out() => Writer(OpenOut());

    /// <summary>Standard error in UTF-8; it never fails: there is nowhere left to complain.</summary>
    public static TextWriter Error() => Writer(Console.OpenStandardError());

    private static StreamWriter Writer(Stream stream) => new(stream, Utf8) { AutoFlush = true, NewLine = "\n" };

    /// <summary>The console's own stream swallows a closed pipe, and a file stream would write over what others append to the same file: pipes get the one, files the other.</summary>
    private static Stream OpenOut()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return Console.OpenStandardOutput();
        try
        {
            var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return pipe.CanSeek ? Console.OpenStandardOutput() : new PipeStream(pipe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Console.OpenStandardOutput(); // closed by the caller (>&-): the console discards
        }
    }

    /// <summary>Turns the operating system's error into one that cannot be taken for a full disk.</summary>
    private sealed class PipeStream(FileStream pipe) : Stream
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
                pipe.Write(buffer);
            }
            catch (IOException e)
            {
                throw new ClosedPipeException(e);
            }
        }
    }
}

/// <summary>Whoever read standard output went away.</summary>
internal sealed class ClosedPipeException(Exception cause) : IOException(cause.Message, cause);
