using Animarium.Studio.Gallery;
using Animarium.Studio.Storage;
using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Animarium.Web.Gallery;

/// <summary>Changes pictures for the pages of one browser: says what was done with a way back, and in words what could not be.</summary>
public sealed class GalleryDesk(PictureGallery gallery, ISnackbar messages, IStringLocalizer<GalleryText> text)
{
    private const int MostTold = 3; // of many files in the way

    /// <summary>Pictures are different now.</summary>
    public event Action? Changed;

    /// <summary>Makes a change. It is made beside the page's own thread: a hundred thousand pictures take a while.</summary>
    /// <param name="change">What is done.</param>
    /// <param name="told">What it is called once it is done; null: it is seen without words.</param>
    /// <returns>Whether it was done.</returns>
    public async Task<bool> Do(Func<PictureGallery, GalleryChange> change, string? told = null)
    {
        if (await Try(() => change(gallery)) is not { } done) return false;
        Tell(done.Failed);
        if (told is not null && done.Pictures > 0)
            messages.Add(told, Severity.Normal, options =>
            {
                options.Action = text["Undo"];
                options.OnClick = _ => Do(all => all.Undo(done.Id));
            });
        Changed?.Invoke();
        return true;
    }

    /// <summary>Deletes what is in the trash for good.</summary>
    public async Task EmptyTrash()
    {
        if (await Try(() => gallery.EmptyTrash().Failed) is not { } failed) return;
        Tell(failed);
        Changed?.Invoke();
    }

    /// <summary>A picture by its number; null: there is none, or it cannot be read, which is said.</summary>
    public GalleryPicture? Find(long id) => Read(() => gallery.Find(id));

    /// <summary>A picture by the hash of its file; null as above.</summary>
    public GalleryPicture? Find(string hash) => Read(() => gallery.Find(hash));

    /// <summary>How many pictures a query finds; null: it cannot be read, which is said.</summary>
    public int? Count(GalleryQuery query) => Read<int?>(() => gallery.Count(query));

    /// <summary>What filters can choose from; nothing, where it cannot be read.</summary>
    public GalleryFacets Facets() => Read(gallery.Facets) ?? new();

    private T? Read<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (StorageException e)
        {
            messages.Add(e.Message, Severity.Error);
            return default;
        }
    }

    private async Task<T?> Try<T>(Func<T> work) where T : class
    {
        try
        {
            return await Task.Run(work);
        }
        catch (Exception e) when (e is GalleryException or StorageException)
        {
            messages.Add(e.Message, Severity.Error);
            return null;
        }
    }

    private void Tell(IReadOnlyList<FileProblem> failed)
    {
        foreach (var problem in failed.Take(MostTold)) messages.Add(problem.Message, Severity.Warning);
        if (failed.Count > MostTold) messages.Add(text["FailedMore", failed.Count - MostTold], Severity.Warning);
    }
}
