using System.Text.Json;
using Animarium.Studio.Images;

namespace Animarium.Studio.ModelLibrary;

/// <summary>Hashes of weights, remembered until a file's size or time changes: reading four gigabytes for every picture would double its time.</summary>
/// <param name="folder">Where they are remembered; null, or a folder that cannot be written to: only while the program runs.</param>
public sealed class HashCache(string? folder)
{
    private const int MostEntries = 10_000;

    private readonly string? path = folder is null ? null : Path.Combine(folder, "hashes.json");
    private readonly Lock writing = new();

    private Dictionary<string, Entry> Known => field ??= Load();

    private sealed record Entry(long Bytes, DateTime Changed, string Sha256, string? TensorSha256);

    /// <summary>The hashes of a file, or null where there is no single file or it cannot be read.</summary>
    /// <param name="file">A file of weights.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public FileHashes? Of(string file, CancellationToken cancellation = default)
    {
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists) return null;
            lock (writing)
            {
                if (Known.TryGetValue(info.FullName, out var known) && (known.Bytes, known.Changed) == (info.Length, info.LastWriteTimeUtc)) return new(known.Sha256, known.TensorSha256);
            }
            var hashes = FileHashes.Of(file, cancellation);
            lock (writing)
            {
                Known[info.FullName] = new(info.Length, info.LastWriteTimeUtc, hashes.Sha256, hashes.TensorSha256);
                Save();
            }
            return hashes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private Dictionary<string, Entry> Load()
    {
        try
        {
            return path is null || !File.Exists(path) ? [] : JsonSerializer.Deserialize<Dictionary<string, Entry>>(File.ReadAllBytes(path)) ?? [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return []; // it can be computed again
        }
    }

    private void Save()
    {
        if (path is null || Known.Count > MostEntries) return;
        try
        {
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(Known));
        }
        catch (PictureException)
        {
            // A home that cannot be written to costs time, not pictures.
        }
    }
}
