using System.Text;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;

namespace Animarium.Cli.Input;

/// <summary>Texts from files and standard input: UTF-8, with or without a byte order mark.</summary>
internal static class InputText
{
    private const int MostBytes = 64 << 20;

    /// <summary>The text of a file, or of standard input for "-".</summary>
    /// <exception cref="FailureException">It is missing, too long or not UTF-8.</exception>
    public static string Read(string path)
    {
        if (path == "-")
        {
            using var input = Console.OpenStandardInput();
            return Decode(Bytes(input, Texts.StandardInput), Texts.StandardInput);
        }
        RequireFile(path);
        using var file = File.OpenRead(path);
        return Decode(Bytes(file, path), path);
    }

    /// <summary>Ends the run in plain words where a path is no file that can be opened.</summary>
    public static void RequireFile(string path)
    {
        if (File.Exists(path)) return;
        RequireKnownName(path);
        throw FailureException.Input((Directory.Exists(path) ? Texts.FileIsFolder : Texts.FileMissing).With(path));
    }

    /// <summary>Bytes that are not UTF-8 arrive as U+FFFD: the true name of such a file is lost before the program starts.</summary>
    public static void RequireKnownName(string path)
    {
        if (path.Contains('\uFFFD', StringComparison.Ordinal) && !Path.Exists(path)) throw FailureException.Input(Texts.FileNotUtf8Name.With(path));
    }

    private static byte[] Bytes(Stream stream, string name)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > MostBytes) throw FailureException.Input(Texts.TextTooLong.With(name, MostBytes >> 20));
        }
        return bytes.ToArray();
    }

    private static string Decode(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        int valid = 0;
        while (valid < bytes.Length && Rune.DecodeFromUtf8(bytes[valid..], out _, out int length) == System.Buffers.OperationStatus.Done) valid += length;
        return valid == bytes.Length ? Encoding.UTF8.GetString(bytes) : throw FailureException.Input(Texts.TextNotUtf8.With(name, valid));
    }
}
