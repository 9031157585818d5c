namespace Animarium.Studio.Gallery;

/// <summary>What is wrong with a wish to the gallery.</summary>
public enum GalleryProblem
{
    /// <summary>There is no such picture, folder or change.</summary>
    Unknown,

    /// <summary>The picture's file is gone or cannot be read.</summary>
    Unreadable,

    /// <summary>A file or the journal cannot be written.</summary>
    Unwritable,

    /// <summary>A value is out of its range.</summary>
    Invalid,
}

/// <summary>The gallery cannot do what it was asked; the message says to which file, and what to do. What was stored before is untouched.</summary>
public sealed class GalleryException : Exception
{
    /// <summary>Without a reason.</summary>
    public GalleryException() { }

    /// <summary>With the reason in words.</summary>
    public GalleryException(string message) : base(message) { }

    /// <summary>With the reason in words and its cause.</summary>
    public GalleryException(string message, Exception inner) : base(message, inner) { }

    /// <summary>With the kind of problem.</summary>
    public GalleryException(GalleryProblem problem, string message, Exception? inner = null) : base(message, inner) => Problem = problem;

    /// <summary>For programs.</summary>
    public GalleryProblem Problem { get; }
}
