using Animarium.Studio.Texts;

namespace Animarium.Studio.Images;

/// <summary>Files that appear whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the target, flushes to the disk, renames.</summary>
    /// <exception cref="PictureException">The disk is full, the folder is read-only, …</exception>
    public static void Write(string path, byte[] content) => Write(path, content, partial =>
    {
        File.Move(partial, path, overwrite: true);
        return path;
    });

    /// <summary>Writes under the first name that nobody has: the file system decides, so that two programs never take the same one.</summary>
    /// <param name="names">Paths in one folder, in order of preference; as many as it takes.</param>
    /// <param name="content">The whole file.</param>
    /// <returns>The path it has now.</returns>
    /// <exception cref="PictureException">The disk is full, the folder is read-only, …</exception>
    public static string WriteNew(IEnumerable<string> names, byte[] content) => Write(names.First(), content, partial => names.First(name => !Path.Exists(name) && Moved(partial, name)));

    private static string Write(string path, byte[] content, Func<string, string> move)
    {
        string full = Path.GetFullPath(path);
        string partial = Path.Combine(Path.GetDirectoryName(full)!, $".{Guid.NewGuid():N}.partial");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }
            return move(partial);
        }
        // ArgumentOutOfRangeException is what .NET makes of EFBIG: a limit on the size of files.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            if (File.Exists(partial)) File.Delete(partial);
            throw new PictureException(Words.Say("picture.write", path, e.Message), e) { IsAboutWriting = true };
        }
    }

    /// <summary>False if the name was taken in the meantime. The empty file that takes it is exclusive everywhere; a move without overwriting only looks first on Unix.</summary>
    private static bool Moved(string partial, string name)
    {
        try
        {
            using (new FileStream(name, FileMode.CreateNew)) { }
        }
        catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && Path.Exists(name))
        {
            return false;
        }
        try
        {
            File.Move(partial, name, overwrite: true);
            return true;
        }
        catch
        {
            File.Delete(name);
            throw;
        }
    }
}
