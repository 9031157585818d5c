namespace Animarium.Studio.Images;

/// <summary>A picture cannot be read or written; the message says which, why and what to do.</summary>
public sealed class PictureException : Exception
{
    /// <summary>Without a reason.</summary>
    public PictureException() { }

    /// <summary>With the reason in words.</summary>
    public PictureException(string message) : base(message) { }

    /// <summary>With the reason in words and what the decoder said.</summary>
    public PictureException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Whether it is about writing; otherwise about reading.</summary>
    public bool IsAboutWriting { get; init; }
}
