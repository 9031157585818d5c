namespace Animarium.Studio.Training.Caches;

/// <summary>A cache cannot be written: the disk is full, the folder is read-only, …</summary>
/// <param name="path">The file.</param>
/// <param name="inner">What the system said.</param>
public sealed class ShardWriteException(string path, Exception inner) : IOException(inner.Message, inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
