using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Caches;

/// <summary>A cache cannot be written: the disk is full, the folder is read-only, a file is in its place, …</summary>
public sealed class ShardWriteException : Exception
{
    private ShardWriteException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>A file cannot be written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inner">What the system said.</param>
    public static ShardWriteException OfFile(string path, Exception inner) => new(Words.Say("cache.write", path, inner.Message), inner);

    /// <summary>A folder cannot be made or read.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="inner">What the system said.</param>
    public static ShardWriteException OfFolder(string folder, Exception inner) => new(Words.Say("cache.folder", folder, inner.Message), inner);

    /// <summary>There is no place for what is not kept.</summary>
    /// <param name="folder">The system's folder for temporary files.</param>
    /// <param name="inner">What the system said.</param>
    public static ShardWriteException OfTemporary(string folder, Exception inner) => new(Words.Say("cache.temporary", folder, inner.Message), inner);
}
