using Animarium.Studio.Images;
using Animarium.Studio.Storage;
using Animarium.Studio.Texts;
using Dapper;

namespace Animarium.Studio.Gallery;

/// <summary>
/// Takes in a folder of pictures that other programs drew: A1111, Forge, ComfyUI, SwarmUI and others. An import that was ended, however, goes on where it was when
/// it is started again: what is known and unchanged is not read.
/// </summary>
/// <param name="gallery">Where they go.</param>
public sealed class GalleryImport(PictureGallery gallery)
{
    /// <summary>Imports a folder with everything in it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="copy">Whether files are copied into the studio's folder of pictures; otherwise they stay where they are and are only pointed at.</param>
    /// <param name="cancellation">Looked at after each set of files.</param>
    /// <exception cref="GalleryException">There is no such folder, or the journal cannot be written.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<IntakeProgress> Run(string folder, bool copy = false, CancellationToken cancellation = default)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root)) throw new GalleryException(GalleryProblem.Unknown, Words.Say("gallery.folder", root, Words.Say("gallery.folder.none")));
        if (!copy) Remember(root);
        var intake = new GalleryIntake(gallery, rereads: false) { Placed = copy ? picture => Copied(picture, root) : picture => picture };
        foreach (var progress in intake.Take(new PictureFolder(intake.Tell, gallery.OwnFolders).Files(root), cancellation, Count(root, cancellation))) yield return progress;
    }

    /// <summary>Names alone are read, not what is in the files: nothing beside the import itself.</summary>
    private int Count(string root, CancellationToken cancellation)
    {
        int count = 0;
        foreach (string _ in new PictureFolder(_ => { }, gallery.OwnFolders).Files(root))
        {
            cancellation.ThrowIfCancellationRequested();
            count++;
        }
        return count;
    }

    /// <summary>The folder belongs to the gallery from now on, unless it lies in one that does.</summary>
    private void Remember(string root) => gallery.Database.Write(opened =>
    {
        if (gallery.Folders(opened).Any(known => known == root || PictureGallery.IsWithin(root, known))) return;
        opened.Execute("INSERT INTO gallery_folders (path) VALUES (@root)", new { root });
        gallery.Journal.Append([GalleryJournal.Folder(root)]);
    });

    /// <summary>The copy of a picture below the studio's folder, in the folders it lay in.</summary>
    private PictureRecord Copied(PictureRecord picture, string root)
    {
        string to = Path.Combine(gallery.Home.Pictures, Path.GetFileName(root), Path.GetRelativePath(root, picture.Path));
        string path = AtomicFile.WriteNew(TrashFolder.Names(to), PictureFile.Bytes(picture.Path));
        File.SetLastWriteTimeUtc(path, DateTimeOffset.FromUnixTimeMilliseconds(picture.Stamp.Modified).UtcDateTime);
        return picture with { Path = path };
    }
}
