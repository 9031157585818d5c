using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Animarium.Diffusion.Weights;

namespace Animarium.Studio.ModelLibrary;

/// <summary>Hashes of weight files, each computed once and remembered beside the file's size and date: four gigabytes take seconds.</summary>
/// <param name="cache">Folder of remembered hashes, or null where nothing can be kept.</param>
public sealed class WeightHashes(string? cache)
{
    private readonly Dictionary<string, Task<FileHash?>> running = [];

    /// <summary>The hashes of a file, computed in the background; null if it cannot be read any more or is no single file.</summary>
    /// <param name="path">A safetensors file.</param>
    public Task<FileHash?> Of(string path)
    {
        lock (running)
            return running.TryGetValue(path, out var known) ? known : running[path] = Task.Run(() => Compute(path));
    }

    private FileHash? Compute(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists) return null;
            string? remembered = cache is null ? null : Path.Combine(cache, "hashes", Key($"{info.FullName}|{info.Length}|{info.LastWriteTimeUtc.Ticks}") + ".json");
            if (remembered is not null && Remembered(remembered) is { } known) return known;
            using var file = SafeTensorsFile.Open(path);
            var hash = FileHash.Of(file);
            if (remembered is not null) Remember(remembered, hash);
            return hash;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SafeTensorsException)
        {
            return null;
        }
    }

    private static FileHash? Remembered(string path)
    {
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize<FileHash>(File.ReadAllBytes(path)) is { Sha256.Length: 64, Tensors.Length: 64 } hash ? hash : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static void Remember(string path, FileHash hash)
    {
        try
        {
            Images.AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(hash));
        }
        catch (Images.PictureException)
        {
            // A home that can't be written to: the next run computes it again.
        }
    }

    private static string Key(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
}
