namespace Animarium.Studio.ModelLibrary;

/// <summary>Lets a catalog look again when files come, go or change in its folders, once they have been left alone for a moment. Where the system cannot watch a folder, people ask for it themselves.</summary>
public sealed class LibraryWatch : IDisposable
{
    /// <summary>How long nothing may change before it looks: while a large file is copied, it is not read again and again.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private static readonly string[] Passing = [".part", ".partial", ".tmp", ".crdownload", ".aria2"]; // grow for hours and are no models yet

    private readonly Dictionary<string, FileSystemWatcher> watchers = new(StringComparer.Ordinal);
    private readonly Lock access = new();
    private readonly ModelCatalog catalog;
    private readonly ITimer timer;

    /// <summary>Watches from now on.</summary>
    /// <param name="catalog">Looks again.</param>
    /// <param name="time">For the rest.</param>
    public LibraryWatch(ModelCatalog catalog, TimeProvider time)
    {
        this.catalog = catalog;
        timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Watch();
    }

    /// <summary>A file of this path is another; called from any thread.</summary>
    internal void Touched(string path)
    {
        if (!Passing.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)) timer.Change(Rest, Timeout.InfiniteTimeSpan);
    }

    private void Look()
    {
        Watch(); // folders that were made since
        catalog.LookAgain();
    }

    private void Watch()
    {
        lock (access)
        {
            foreach (string folder in catalog.Folders.Where(folder => Directory.Exists(folder) && !watchers.ContainsKey(folder)))
            {
                var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size };
                try
                {
                    watcher.Created += (_, e) => Touched(e.FullPath);
                    watcher.Deleted += (_, e) => Touched(e.FullPath);
                    watcher.Changed += (_, e) => Touched(e.FullPath);
                    watcher.Renamed += (_, e) => Touched(e.FullPath);
                    watcher.Error += (_, _) => Touched(folder); // too much at once: something changed
                    watcher.EnableRaisingEvents = true;
                    watchers[folder] = watcher;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
                {
                    watcher.Dispose(); // the system has no watches left, or the folder went away
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        lock (access)
        {
            foreach (var watcher in watchers.Values) watcher.Dispose();
        }
    }
}
