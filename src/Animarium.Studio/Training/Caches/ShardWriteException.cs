using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Caches;

/// <summary>A cache cannot be written: the disk is full, the folder is read-only, …</summary>
/// <param name="path">The file.</param>
/// <param name="inner">What the system said.</param>
public sealed class ShardWriteException(string path, Exception inner) : Exception(Words.Say("cache.write", path, inner.Message), inner);
