using System.Text;
using Animarium.Studio.Datasets;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Prompts;

/// <summary>A wildcard list that can be edited.</summary>
/// <param name="Name">As between the underscores: <c>style/paint</c>.</param>
/// <param name="Options">Lines that count.</param>
/// <param name="Changed">When the file was written last.</param>
public sealed record WildcardFile(string Name, int Options, DateTimeOffset Changed);

/// <summary>Why a wildcard list, a style or a tag list cannot be read or written, in words for people.</summary>
public sealed class PromptFileException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>True if it is about what was asked for (a name that is none, a text that is too large), false if about what stands on the disk.</summary>
    public bool IsInvalid { get; init; }
}

/// <summary>The wildcard lists of a folder, to be listed, read and written. A name never leads out of the folder.</summary>
/// <param name="folder">The folder; made with the first list.</param>
public sealed class WildcardFiles(string folder)
{
    private const int LargestFile = 16 << 20; // bytes, as for WildcardLibrary
    private const int Deepest = 8;

    private readonly Lock writing = new(); // between two writers of this program; of two programs the last one wins

    /// <summary>All lists by name.</summary>
    public IReadOnlyList<WildcardFile> All
    {
        get
        {
            var library = WildcardLibrary.InFolder(folder);
            return [.. library.Names.Where(name => File.Exists(FullPath(name))).Select(name => new WildcardFile(name, library.Find(name).Count(), File.GetLastWriteTimeUtc(FullPath(name))))];
        }
    }

    /// <summary>The text of a list, comments and empty lines too; null if there is none.</summary>
    /// <exception cref="PromptFileException">The name is none, or the file cannot be read.</exception>
    public string? Read(string name)
    {
        string path = PathOf(name);
        try
        {
            if (!File.Exists(path)) return null;
            if (new FileInfo(path).Length > LargestFile) throw new PromptFileException(Words.Say("wildcards.large", name, LargestFile >> 20));
            return CaptionFile.Decode(File.ReadAllBytes(path))?.Text ?? throw new PromptFileException(Words.Say("tags.notText", path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PromptFileException(Words.Say("library.file", path, e.Message), e);
        }
    }

    /// <summary>Writes a list, whole or not at all.</summary>
    /// <param name="name">Its name; folders are made.</param>
    /// <param name="text">Its lines.</param>
    /// <param name="before">What the writer believes to stand there (null: nothing yet); if that is no longer so, nothing is written. Left out: whatever stands there is replaced.</param>
    /// <returns>The text as it stands there now: its lines end with a line feed alone.</returns>
    /// <exception cref="PromptFileException">The name is none, the text too large, somebody else changed the file, or it cannot be written.</exception>
    public string Write(string name, string text, Expected? before = null)
    {
        text = text.ReplaceLineEndings("\n");
        string path = PathOf(name);
        if (Encoding.UTF8.GetByteCount(text) > LargestFile) throw new PromptFileException(Words.Say("wildcards.large", name, LargestFile >> 20)) { IsInvalid = true };
        lock (writing)
        {
            if (before is not null && Read(name)?.ReplaceLineEndings("\n") != before.Text?.ReplaceLineEndings("\n")) throw new PromptFileException(Words.Say("wildcards.changed", name));
            PromptFile.Write(path, text);
        }
        return text;
    }

    /// <summary>Deletes a list.</summary>
    /// <returns>False if there was none.</returns>
    /// <exception cref="PromptFileException">The name is none, or the file cannot be deleted.</exception>
    public bool Delete(string name)
    {
        string path = PathOf(name);
        if (!File.Exists(path)) return false;
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PromptFileException(Words.Say("library.file", path, e.Message), e);
        }
    }

    private string FullPath(string name) => Path.Combine(folder, name.Replace('/', Path.DirectorySeparatorChar) + ".txt");

    /// <summary>The file of a name: each part must be a name that every file system takes as it is, and no folder on the way may be a link.</summary>
    private string PathOf(string name)
    {
        var parts = name.Split('/');
        bool isName = parts.Length <= Deepest
            && parts.All(part => part == SafeFileName.Of(part) && !part.Contains("__", StringComparison.Ordinal))
            && !Enumerable.Range(1, parts.Length - 1).Any(length => new DirectoryInfo(Path.Combine([folder, .. parts[..length]])) is { Exists: true, LinkTarget: not null })
            && new FileInfo(FullPath(name)) is not { Exists: true, LinkTarget: not null };
        return isName ? FullPath(name) : throw new PromptFileException(Words.Say("wildcards.name", name)) { IsInvalid = true };
    }
}

/// <summary>What a writer believes a file to hold.</summary>
/// <param name="Text">Null: there is no file.</param>
public sealed record Expected(string? Text);

/// <summary>Text files of prompts, written whole or not at all.</summary>
internal static class PromptFile
{
    /// <summary>Writes UTF-8 without a mark.</summary>
    /// <exception cref="PromptFileException">It cannot be written.</exception>
    public static void Write(string path, string text)
    {
        try
        {
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(text));
        }
        catch (PictureException e)
        {
            throw new PromptFileException(e.Message, e);
        }
    }
}
