using Animarium.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Studio.Training.Caches;

/// <summary>
/// Tensors that cost time to compute, kept by key in safetensors files of one folder. A key says everything that the tensor depends on, so that what is
/// found is right and what changed is simply not found. Several programs may use a folder at once: each writes files of its own.
/// </summary>
public sealed class TensorShards : IDisposable
{
    /// <summary>A shard is written when it has this many bytes: a program that is killed loses no more than that.</summary>
    public const long ShardBytes = 32 << 20;

    private readonly string folder;
    private readonly Dictionary<string, SafeTensorsFile> stored = new(StringComparer.Ordinal);
    private readonly List<SafeTensorsFile> files = [];
    private readonly Dictionary<string, Tensor> unwritten = new(StringComparer.Ordinal);
    private long unwrittenBytes;

    private TensorShards(string folder) => this.folder = folder;

    /// <summary>Opens a folder and reads the headers of its files; damaged ones are deleted: their tensors are computed again.</summary>
    /// <param name="folder">Made if it does not exist.</param>
    /// <exception cref="ShardWriteException">The folder cannot be made or read.</exception>
    public static TensorShards Open(string folder)
    {
        var shards = new TensorShards(folder);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var path in Directory.EnumerateFiles(folder, "*.safetensors").Order(StringComparer.Ordinal)) shards.OpenFile(path);
            return shards;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            shards.Dispose();
            throw ShardWriteException.OfFolder(folder, e);
        }
    }

    /// <summary>How many tensors there are.</summary>
    public int Count => stored.Count + unwritten.Count;

    /// <summary>Whether a tensor is there.</summary>
    public bool Has(string key) => stored.ContainsKey(key) || unwritten.ContainsKey(key);

    /// <summary>A tensor, as a copy that the caller disposes.</summary>
    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    public Tensor Read(string key) => unwritten.TryGetValue(key, out var tensor) ? tensor.clone()
        : stored.TryGetValue(key, out var file) ? Scoped(file, key) : throw new KeyNotFoundException($"{folder} holds no tensor '{key}'.");

    /// <summary>Keeps a tensor; written with the next full shard or by <see cref="Flush"/>.</summary>
    /// <param name="key">Everything it depends on.</param>
    /// <param name="value">On any device; copied.</param>
    /// <exception cref="NotFiniteException">It has values that are no numbers: such a tensor would spoil a training without a word.</exception>
    /// <exception cref="ShardWriteException">The disk is full, …</exception>
    public void Add(string key, Tensor value)
    {
        using (var scope = NewDisposeScope())
        {
            if (value.is_floating_point() && !value.isfinite().all().item<bool>()) throw new NotFiniteException(key);
            unwritten[key] = value.detach().cpu().contiguous().clone().DetachFromDisposeScope();
        }
        unwrittenBytes += value.numel() * value.ElementSize;
        if (unwrittenBytes >= ShardBytes) Flush();
    }

    /// <summary>Writes what is not in a file yet.</summary>
    /// <exception cref="ShardWriteException">The disk is full, …; what was not written stays in memory.</exception>
    public void Flush()
    {
        if (unwritten.Count == 0) return;
        string path = Path.Combine(folder, $"{Guid.NewGuid():N}.safetensors");
        try
        {
            SafeTensorsWriter.Write(path, unwritten);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShardWriteException.OfFile(path, e);
        }
        OpenFile(path);
        Forget();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        files.ForEach(file => file.Dispose());
    }

    private void OpenFile(string path)
    {
        try
        {
            var file = SafeTensorsFile.Open(path);
            files.Add(file);
            foreach (var key in file.Entries.Keys) stored[key] = file;
        }
        catch (SafeTensorsException)
        {
            File.Delete(path);
        }
    }

    private void Forget()
    {
        foreach (var tensor in unwritten.Values) tensor.Dispose();
        unwritten.Clear();
        unwrittenBytes = 0;
    }

    private static Tensor Scoped(SafeTensorsFile file, string key)
    {
        using var mapped = file.Read(key);
        return mapped.clone();
    }
}

/// <summary>A computed tensor has values that are no numbers.</summary>
/// <param name="key">The tensor.</param>
public sealed class NotFiniteException(string key) : Exception($"'{key}' has values that are not numbers.");
