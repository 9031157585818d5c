namespace Animarium.Studio.Datasets;

/// <summary>What became of the folders of a dataset.</summary>
/// <param name="New">Pictures that were not there.</param>
/// <param name="Changed">Pictures, captions and masks that were written to.</param>
/// <param name="Gone">Pictures, captions and masks that are not there any more.</param>
public readonly record struct FolderChanges(int New, int Changed, int Gone);

/// <summary>Notices what happens in the folders of a dataset while it is in use: its pictures and captions were read at the beginning and stay as they were.</summary>
public sealed class FolderWatch
{
    private readonly string[] folders;
    private readonly Dictionary<string, (long Length, DateTime Modified)>? known;
    private FolderChanges told;

    /// <summary>Remembers the folders as they are now.</summary>
    public FolderWatch(Dataset dataset)
    {
        folders = [.. dataset.Settings.SelectMany(settings => settings.Subsets).SelectMany(subset => new[] { subset.Folder, subset.MaskFolder ?? Path.Combine(subset.Folder, TrainingFolder.MaskFolder) }).Select(Path.GetFullPath).Distinct()];
        known = Files();
    }

    /// <summary>What changed since the beginning; null if that is what was said the last time, or cannot be told now. Asks the disk for each file: a second for 100,000.</summary>
    public FolderChanges? Look()
    {
        if (known is null || Files() is not { } now) return null;
        var changes = new FolderChanges(
            now.Keys.Count(path => !known.ContainsKey(path) && TrainingFolder.IsPicture(path)), now.Count(file => known.TryGetValue(file.Key, out var before) && before != file.Value), known.Keys.Count(path => !now.ContainsKey(path)));
        if (changes == told) return null;
        return told = changes;
    }

    /// <summary>All files as they are; null where one was taken away between the list and the question, and the next time will tell.</summary>
    private Dictionary<string, (long, DateTime)>? Files()
    {
        try
        {
            return folders.Where(Directory.Exists).SelectMany(folder => new DirectoryInfo(folder).EnumerateFiles()).ToDictionary(file => file.FullName, file => (file.Length, file.LastWriteTimeUtc), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
