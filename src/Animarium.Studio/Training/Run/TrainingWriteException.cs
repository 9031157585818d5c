using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Run;

/// <summary>A file of a run cannot be written; what was saved before is intact.</summary>
public sealed class TrainingWriteException : Exception
{
    /// <summary>With the file, what the system said, and how to go on.</summary>
    public TrainingWriteException(string path, string run, Exception inner) : base(Words.Say("train.write", path, inner.Message, run), inner)
    {
    }

    /// <summary>Runs something that writes a file.</summary>
    /// <exception cref="TrainingWriteException">The disk is full, the folder is read-only, …</exception>
    internal static T Guard<T>(string path, string run, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Images.PictureException { IsAboutWriting: true })
        {
            throw new TrainingWriteException(path, run, e);
        }
    }
}
