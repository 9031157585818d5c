using System.Text.Json;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.ModelLibrary.Downloads;

/// <summary>What came of a file so far: beside the target as <c>NAME.part</c>, with a note of what it is a part of. One program at a time has it.</summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string target;
    private readonly FileStream stream;

    /// <summary>What the server says the file is.</summary>
    /// <param name="Source">Where it came from.</param>
    /// <param name="Validator">Its ETag or date; null: nothing by which a later try could tell that it is still the same.</param>
    /// <param name="Total">Its size; null: not known.</param>
    public sealed record Note(string Source, string? Validator, long? Total);

    private PartialFile(string target, FileStream stream, Note? note) => (this.target, this.stream, Noted) = (target, stream, note);

    /// <summary>What it is a part of; null: nothing came yet.</summary>
    public Note? Noted { get; private set; }

    /// <summary>Bytes that are here.</summary>
    public long Length => stream.Length;

    /// <summary>The file.</summary>
    public string Path => target + ".part";

    private string NotePath => target + ".part.json";

    /// <summary>Takes what an earlier try left, as long as it came from the same source and can be recognised.</summary>
    /// <exception cref="DownloadException">Another program is at it, or the folder cannot be written to.</exception>
    public static PartialFile Open(string target, Uri source)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            var stream = new FileStream(target + ".part", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var part = new PartialFile(target, stream, null);
            part.Noted = Read(part.NotePath) is { Validator: not null } note && note.Source == source.AbsoluteUri ? note : null;
            if (part.Noted is null) part.Empty();
            stream.Seek(0, SeekOrigin.End);
            return part;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Disk(target, e);
        }
    }

    /// <summary>Begins again from nothing.</summary>
    public void Empty()
    {
        stream.SetLength(0);
        Noted = null;
        File.Delete(NotePath);
    }

    /// <summary>Notes what the bytes to come belong to.</summary>
    public void Describe(Note note)
    {
        if (note == Noted) return;
        try
        {
            AtomicFile.Write(NotePath, JsonSerializer.SerializeToUtf8Bytes(note));
        }
        catch (PictureException e)
        {
            throw Disk(target, e);
        }
        Noted = note;
    }

    /// <summary>Adds bytes.</summary>
    /// <exception cref="DownloadException">The disk is full.</exception>
    public async Task Add(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Disk(target, e);
        }
    }

    /// <summary>Brings what was added to the disk.</summary>
    public void Flush()
    {
        try
        {
            stream.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            throw Disk(target, e);
        }
    }

    /// <summary>The bytes from the start.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var buffer = new byte[1 << 20];
        stream.Seek(0, SeekOrigin.Begin);
        for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;) yield return buffer.AsMemory(0, read);
    }

    /// <summary>Nothing more comes; others may read it.</summary>
    public void Close()
    {
        Flush();
        stream.Dispose();
    }

    /// <summary>Becomes the target.</summary>
    public void Finish()
    {
        try
        {
            File.Move(Path, target);
            File.Delete(NotePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Disk(target, e);
        }
    }

    /// <summary>What came is worth nothing.</summary>
    public void Discard()
    {
        stream.Dispose();
        File.Delete(Path);
        File.Delete(NotePath);
    }

    /// <summary>Keeps what came; nothing leaves nothing.</summary>
    public void Dispose()
    {
        if (stream.CanWrite && stream.Length == 0) Discard();
        else stream.Dispose();
    }

    private static Note? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Note>(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // begun again
        }
    }

    private static DownloadException Disk(string target, Exception e) => new(DownloadProblem.Disk, Words.Say("download.disk", target, e.Message), e);
}
