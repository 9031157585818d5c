using Animarium.Studio.Gallery;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Animarium.Web.Queue;
using Animarium.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Animarium.Web.Gallery;

/// <summary>All pictures: what is searched for, and what is done with those that are chosen.</summary>
public sealed partial class GalleryPage
{
    // Counting and finding among a hundred thousand pictures takes a tenth of a second, and every browser that looks on does it.
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(2);

    private GalleryFacets facets = new();
    private PictureWall? wall;
    private int arriving, fresh;
    private bool busy, isGone;

    [Inject] private PictureGallery Pictures { get; set; } = null!;

    [Inject] private GalleryLook Look { get; set; } = null!;

    [Inject] private GalleryDesk Desk { get; set; } = null!;

    [Inject] private JobBoard Board { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [Inject] private ISnackbar Messages { get; set; } = null!;

    [Inject] private IDialogService Dialogs { get; set; } = null!;

    private bool InTrash => Look.Query.Place == GalleryPlace.Trash;

    private string Nothing => Look.Query with { Place = GalleryPlace.Here, Sort = GallerySort.Newest, Shuffle = 0 } != GalleryQuery.All ? "NoneFound" : InTrash ? "NoTrash" : "None";

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Read();
        Board.Saved += Arrived;
        Desk.Changed += Show;
    }

    /// <summary>A key for the pictures that are chosen.</summary>
    private async Task Press(string key)
    {
        if (key == "?") await Dialogs.ShowAsync<KeysDialog>();
        else if (key == "Ctrl+a") ChooseAll();
        else if (Look.Chosen.Count == 0 || busy) return;
        else if (key == "Escape") Look.Chosen.Clear();
        else if (key == "Delete") await (InTrash ? Task.CompletedTask : Trash());
        else await Rate(key[0] - '0');
    }

    private async Task Ask(GalleryQuery asked)
    {
        Look.Query = asked;
        Look.Chosen.Clear();
        await RefreshFromTop();
    }

    private async Task Refresh()
    {
        try
        {
            Read();
            if (wall is not null) await wall.Refresh();
        }
        catch (StorageException e)
        {
            Messages.Add(e.Message, Severity.Error);
        }
        StateHasChanged();
    }

    private void Read()
    {
        (Look.Last, fresh) = (Pictures.Last(), 0);
        (Look.Count, facets) = (Pictures.Count(Look.Shown), Pictures.Facets());
        if (Look.Chosen.Count > 0) Look.Chosen.Keep(Pictures.Ids(Look.Shown));
    }

    private void ChooseAll() => Look.Chosen.Add(Pictures.Ids(Look.Shown));

    private Task<IDialogReference> Open(long id)
    {
        var parameters = new DialogParameters<PictureDialog> { { x => x.Order, Pictures.Ids(Look.Shown) }, { x => x.Id, id } };
        return Dialogs.ShowAsync<PictureDialog>(Text["Picture"], parameters, new DialogOptions { MaxWidth = MaxWidth.ExtraLarge, FullWidth = true, CloseOnEscapeKey = false });
    }

    private Task Rate(int stars) => Change((all, ids) => all.Rate(ids, stars), Text["RatedTo", stars]);

    private Task Restore() => Change((all, ids) => all.Restore(ids), Text["Restored"]);

    private Task Trash() => Change((all, ids) => all.Trash(ids), Text["Trashed"]);

    private async Task Collect()
    {
        var parameters = new DialogParameters<AskDialog> { { x => x.Question, Text["CollectAsk"].Value }, { x => x.Longest, PictureGallery.LongestLabel }, { x => x.Known, facets.Collections } };
        var dialog = await Dialogs.ShowAsync<AskDialog>(Text["Collect"], parameters);
        if ((await dialog.Result)?.Data is string name) await Change((all, ids) => all.Collect(ids, name), Text["CollectedIn", name]);
    }

    private async Task Change(Func<PictureGallery, long[], GalleryChange> change, string told)
    {
        long[] ids = [.. Look.Chosen.Ids];
        busy = true;
        await Desk.Do(all => change(all, ids), told);
        busy = false;
    }

    private async Task Empty()
    {
        int held = Pictures.Count(GalleryQuery.All with { Place = GalleryPlace.Trash }); // a search may show fewer than will be deleted
        if (await Dialogs.ShowMessageBoxAsync(Text["EmptyTrash"], Text["EmptyTrashAsk", held], yesText: Text["EmptyTrash"], cancelText: Text["Cancel"]) != true) return;
        busy = true;
        await Desk.EmptyTrash();
        busy = false;
    }

    private void Arrived(JobPictureSaved saved)
    {
        if (Interlocked.Exchange(ref arriving, 1) == 1) return;
        _ = InvokeAsync(async () =>
        {
            await Task.Delay(CountEvery, Time);
            Interlocked.Exchange(ref arriving, 0);
            if (isGone) return;
            if (Look.Count == 0) await Refresh();
            else CountFresh();
        });
    }

    /// <summary>Whoever rates or reads a wall of pictures wants it to stand still: it is told how many came, and shows them when asked to.</summary>
    private void CountFresh()
    {
        if (Desk.Count(Look.Query) - Look.Count is not { } more || more == fresh) return;
        fresh = more;
        StateHasChanged();
    }

    private async Task RefreshFromTop()
    {
        await Refresh();
        await Browser.Do("toTop");
    }

    private void Show() => _ = InvokeAsync(Refresh);

    /// <inheritdoc/>
    public void Dispose()
    {
        isGone = true;
        Board.Saved -= Arrived;
        Desk.Changed -= Show;
    }
}
