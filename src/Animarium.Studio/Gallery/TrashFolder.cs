using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Gallery;

/// <summary>Files on their way to the trash and back. In the trash a file is called by its hash, so that it is known though the database were lost.</summary>
/// <param name="folder">The trash.</param>
internal sealed class TrashFolder(string folder)
{
    /// <summary>Moves a picture's file into the trash.</summary>
    /// <returns>Where it is now.</returns>
    /// <exception cref="GalleryException">It cannot be moved; it is where it was.</exception>
    public string Take(string path, string hash)
    {
        string to = Path.Combine(folder, hash + Path.GetExtension(path));
        Move(path, to, overwrite: true); // what is there has the same hash
        return to;
    }

    /// <summary>Moves a file back to its place, or beside what has taken that in the meantime.</summary>
    /// <returns>Where it is now.</returns>
    /// <exception cref="GalleryException">It cannot be moved; it is in the trash.</exception>
    public static string Return(string path, string origin)
    {
        string to = Names(origin).First(name => !Path.Exists(name));
        Move(path, to, overwrite: false);
        return to;
    }

    /// <summary>Deletes a file of the trash; one that is not there is no fault.</summary>
    /// <exception cref="GalleryException">It cannot be deleted.</exception>
    public static void Delete(string path)
    {
        try
        {
            if (File.Exists(path)) File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GalleryException(GalleryProblem.Unwritable, Words.Say("gallery.delete", path, e.Message), e);
        }
    }

    /// <summary>Moves a file; on another disk that is a copy, and what was copied of a file that does not fit is deleted.</summary>
    internal static void Move(string from, string to, bool overwrite)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Move(from, to, overwrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!File.Exists(from)) throw new GalleryException(GalleryProblem.Unreadable, Words.Say("gallery.gone", from), e);
            try
            {
                if (File.Exists(to) && new FileInfo(to).Length < new FileInfo(from).Length) File.Delete(to);
            }
            catch (Exception left) when (left is IOException or UnauthorizedAccessException)
            {
                // The reason for the failure is told below.
            }
            throw new GalleryException(GalleryProblem.Unwritable, Words.Say("gallery.move", from, to, e.Message), e);
        }
    }

    internal static IEnumerable<string> Names(string path)
    {
        yield return path;
        string stem = Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path)), extension = Path.GetExtension(path);
        for (int number = 2; ; number++) yield return $"{stem}-{number}{extension}";
    }
}
