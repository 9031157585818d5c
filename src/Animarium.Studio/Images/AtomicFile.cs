using Animarium.Studio.Texts;

namespace Animarium.Studio.Images;

/// <summary>Files that appear whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside the target, flushes to the disk, renames.</summary>
    /// <exception cref="PictureException">The disk is full, the folder is read-only, …</exception>
    public static void Write(string path, byte[] content) => Write(path, PartialOf(path, Guid.NewGuid().ToString("N")), content, partial =>
    {
        File.Move(partial, path, overwrite: true);
        return path;
    });

    /// <summary>Writes under the first name that nobody has: the file system decides, so that two programs never take the same one.</summary>
    /// <param name="names">Paths in one folder, in order of preference; as many as it takes.</param>
    /// <param name="content">The whole file.</param>
    /// <returns>The path it has now.</returns>
    /// <exception cref="PictureException">The disk is full, the folder is read-only, …</exception>
    public static string WriteNew(IEnumerable<string> names, byte[] content) => Write(names.First(), PartialOf(names.First(), Guid.NewGuid().ToString("N")), content, partial => names.First(name => !Path.Exists(name) && Moved(partial, name)));

    /// <summary>Writes a file whose name belongs to it alone. What a killed program left half written has a known name (<see cref="Forget"/>) and is written over.</summary>
    /// <exception cref="PictureException">The disk is full, the folder is read-only, …</exception>
    public static void WriteOnce(string path, byte[] content) => Write(path, PartialOf(path), content, partial =>
    {
        File.Move(partial, path);
        return path;
    });

    /// <summary>Deletes what a killed program left of <see cref="WriteOnce"/>.</summary>
    public static void Forget(string path)
    {
        try
        {
            File.Delete(PartialOf(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the folder is away or read-only: then there is nothing, or nothing to be done
        }
    }

    private static string PartialOf(string path, string? name = null) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{name ?? Path.GetFileName(path)}.partial");

    private static string Write(string path, string partial, byte[] content, Func<string, string> move)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write))
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
