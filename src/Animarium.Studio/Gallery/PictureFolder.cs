using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Gallery;

/// <summary>
/// The picture files of a folder and the folders in it, one after the other. Links are followed, but no folder is entered twice, so that links in a circle end;
/// what is hidden is passed over: half-written files, and what other programs keep for themselves.
/// </summary>
/// <param name="problems">Is told links that lead nowhere and folders that cannot be opened.</param>
/// <param name="passedOver">Folders that are not looked into.</param>
internal sealed class PictureFolder(Action<FileProblem> problems, IReadOnlyCollection<string> passedOver)
{
    private readonly HashSet<string> entered = [.. passedOver];

    /// <summary>Full paths, sorted within each folder.</summary>
    /// <param name="root">A folder.</param>
    public IEnumerable<string> Files(string root)
    {
        var waiting = new Stack<string>([root]);
        while (waiting.TryPop(out string? folder))
        {
            if (Real(folder) is not { } real || !entered.Add(real)) continue;
            foreach (var entry in Entries(folder))
            {
                if (entry.Name.StartsWith('.')) continue;
                var target = Target(entry);
                if (target is DirectoryInfo) waiting.Push(entry.FullName);
                else if (target is not null && PictureFormats.OfName(entry.Name) is not null) yield return entry.FullName;
            }
        }
    }

    private IReadOnlyList<FileSystemInfo> Entries(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems(new("unreadable", folder, Words.Say("gallery.folder", folder, e.Message)));
            return [];
        }
    }

    /// <summary>Where a link leads in the end, and anything else itself; null, and told, where that is nowhere.</summary>
    private FileSystemInfo? Target(FileSystemInfo link)
    {
        try
        {
            if (link.LinkTarget is null) return link;
            if (link.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true } target) return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A link to itself, or something that was deleted a moment ago.
        }
        problems(new("link", link.FullName, Words.Say("gallery.link", link.FullName)));
        return null;
    }

    private string? Real(string folder) => Target(new DirectoryInfo(folder))?.FullName;
}
