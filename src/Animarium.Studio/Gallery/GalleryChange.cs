namespace Animarium.Studio.Gallery;

/// <summary>What was done to pictures.</summary>
public enum ChangeKind
{
    /// <summary>Rated.</summary>
    Rate,

    /// <summary>A tag was given or taken.</summary>
    Tag,

    /// <summary>Put into a collection or taken out.</summary>
    Collect,

    /// <summary>A note was written.</summary>
    Note,

    /// <summary>Put into the trash.</summary>
    Trash,

    /// <summary>Taken out of the trash.</summary>
    Restore,

    /// <summary>An earlier change was taken back.</summary>
    Undo,
}

/// <summary>A change of one or many pictures, with which <see cref="PictureGallery.Undo"/> brings back exactly what was before; it survives the program.</summary>
/// <param name="Id">For <see cref="PictureGallery.Undo"/>.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Pictures">How many pictures are different now.</param>
/// <param name="Failed">The files to which it could not be done, each with the reason; they are as they were.</param>
public sealed record GalleryChange(long Id, ChangeKind Kind, int Pictures, IReadOnlyList<FileProblem> Failed);

/// <summary>A file in the way.</summary>
/// <param name="Code">For programs: refused, unreadable, link, missing, unwritable.</param>
/// <param name="Path">The file.</param>
/// <param name="Message">What is wrong with it, in words; names the file.</param>
public sealed record FileProblem(string Code, string Path, string Message);
