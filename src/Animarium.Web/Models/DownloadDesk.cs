using System.Collections.Concurrent;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.ModelLibrary.Downloads;
using Animarium.Studio.Preferences;

namespace Animarium.Web.Models;

/// <summary>A download as the pages show it.</summary>
/// <param name="Progress">How far it is; null: it has not begun or is over.</param>
/// <param name="Problem">Why it ended without the file; null: it did not.</param>
public sealed record DownloadView(DownloadProgress? Progress, string? Problem);

/// <summary>Fetches official files for whoever is at the page, one after the other. It goes on when the browser is closed; a server that ends keeps what came.</summary>
/// <param name="options">Where models go.</param>
/// <param name="preferences">Which variable holds the token.</param>
/// <param name="catalog">Looks again when a file has come.</param>
/// <param name="time">For pauses.</param>
public sealed class DownloadDesk(ServerOptions options, PreferencesFile preferences, ModelCatalog catalog, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<OfficialFile, (DownloadView View, CancellationTokenSource Cancel)> running = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly Downloader downloader = new(time);

    /// <summary>Any of them is further, or over. Called from any thread.</summary>
    public event Action? Changed;

    /// <summary>Where files go; null: this machine has no folder of models that is its person's own.</summary>
    public string? Folder => options.Library.NewModels;

    /// <summary>Every official file, and where it is.</summary>
    public IReadOnlyList<OfficialState> States => OfficialDownloads.States(catalog, Folder ?? "");

    /// <summary>The download of a file; null: nobody asked for it.</summary>
    public DownloadView? Of(OfficialFile file) => running.TryGetValue(file, out var entry) ? entry.View : null;

    /// <summary>Begins to fetch a file, or tries again.</summary>
    /// <param name="file">Which.</param>
    /// <param name="token">For its site, kept only as long as it takes; empty: that of the variable in the settings, if there is one.</param>
    public void Begin(OfficialFile file, string token)
    {
        if (Folder is null || Of(file) is { Progress: not null }) return;
        var cancel = new CancellationTokenSource();
        running[file] = (new(new(DownloadPhase.Waiting, 0, file.Bytes), null), cancel);
        string? secret = token.Trim() is { Length: > 0 } given ? given : Environment.GetEnvironmentVariable(preferences.Current.TokenVariable);
        _ = Task.Run(() => Fetch(file, OfficialDownloads.Of(file, Folder, secret), cancel));
        Changed?.Invoke();
    }

    /// <summary>Ends a download; what came is kept.</summary>
    public void Cancel(OfficialFile file)
    {
        if (running.TryGetValue(file, out var entry)) entry.Cancel.Cancel();
    }

    private async Task Fetch(OfficialFile file, FileDownload download, CancellationTokenSource cancel)
    {
        string? problem = null;
        try
        {
            await turn.WaitAsync(cancel.Token);
            try
            {
                await downloader.Download(download, new Told(progress => Tell(file, new(progress, null), cancel)), cancel.Token);
                catalog.LookAgain();
            }
            finally
            {
                turn.Release();
            }
        }
        catch (DownloadException e)
        {
            problem = e.Message;
        }
        catch (OperationCanceledException)
        {
            // the person's wish
        }
        Tell(file, new(null, problem), cancel);
    }

    private void Tell(OfficialFile file, DownloadView view, CancellationTokenSource cancel)
    {
        bool same = Of(file)?.Progress is { } before && view.Progress is { } now && before.Phase == now.Phase && Percent(before) == Percent(now);
        running[file] = (view, cancel);
        if (!same) Changed?.Invoke(); // a browser need not hear of every 256 KB
    }

    private static long Percent(DownloadProgress progress) => progress.Bytes * 200 / Math.Max(1, progress.Total ?? 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, cancel) in running.Values) cancel.Cancel();
        downloader.Dispose();
        turn.Dispose();
    }

    private sealed class Told(Action<DownloadProgress> tell) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => tell(value);
    }
}
