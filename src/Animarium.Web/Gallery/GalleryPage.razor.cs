using Animarium.Studio.Gallery;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Animarium.Web.Queue;
using Animarium.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using MudBlazor;

namespace Animarium.Web.Gallery;

/// <summary>All pictures: rows of thumbnails of which the browser holds only those that are seen.</summary>
public sealed partial class GalleryPage
{
    private const int Tile = 184; // pixels with their gap
    private const int FirstRows = 5; // as many as a page of usual height shows

    // Counting and finding among a hundred thousand pictures takes a tenth of a second, and every browser that looks on does it.
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(2);

    private static readonly string[] OwnKeys = ["0", "1", "2", "3", "4", "5", "Delete", "Escape", "Ctrl+a", "?"];

    private GalleryFacets facets = new();
    private Virtualize<IReadOnlyList<GalleryPicture>>? rows;
    private ElementReference wall;
    private DotNetObjectReference<GalleryPage>? self;
    private IJSObjectReference? width, keys;
    // The rows that can be seen at once, drawn with the page: the list asks for its own only after the browser has told it where it stands, two ways there and back later.
    private IReadOnlyList<IReadOnlyList<GalleryPicture>> first = [];
    private int count, arriving;
    private bool busy, isGone;

    [Inject] private PictureGallery Pictures { get; set; } = null!;

    [Inject] private GalleryLook Look { get; set; } = null!;

    [Inject] private GalleryDesk Desk { get; set; } = null!;

    [Inject] private JobBoard Board { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [Inject] private ISnackbar Messages { get; set; } = null!;

    [Inject] private IDialogService Dialogs { get; set; } = null!;

    /// <summary>Whether the list stands on the page, and asks for what it shows.</summary>
    private bool IsListed => count > 0 && Look.Columns > 0 && rows is not null;

    private bool InTrash => Look.Query.Place == GalleryPlace.Trash;

    private string Nothing => Look.Query with { Place = GalleryPlace.Here, Sort = GallerySort.Newest, Shuffle = 0 } != GalleryQuery.All ? "NoneFound" : InTrash ? "NoTrash" : "None";

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Read();
        Board.Saved += Arrived;
        Desk.Changed += Show;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        self = DotNetObjectReference.Create(this);
        width = await Browser.Ask<IJSObjectReference>("watchWidth", wall, self);
        keys = await Browser.Ask<IJSObjectReference>("watchPictures", wall, self, OwnKeys);
    }

    /// <summary>The wall has another width.</summary>
    [JSInvokable]
    public async Task Resized(double width)
    {
        int fit = Math.Max(2, (int)(width / Tile));
        if (fit == Look.Columns) return;
        bool wasListed = IsListed;
        Look.Columns = fit;
        if (!wasListed) ReadFirst();
        StateHasChanged();
        if (wasListed) await rows!.RefreshDataAsync();
    }

    /// <summary>A key for the pictures that are Look.Chosen.</summary>
    [JSInvokable]
    public async Task Pressed(string key)
    {
        if (key == "?") await Dialogs.ShowAsync<KeysDialog>();
        else if (key == "Ctrl+a") ChooseAll();
        else if (Look.Chosen.Count == 0 || busy) return;
        else if (key == "Escape") Look.Chosen.Clear();
        else if (key == "Delete") await (InTrash ? Task.CompletedTask : Trash());
        else await Rate(key[0] - '0');
        StateHasChanged();
    }

    private ValueTask<ItemsProviderResult<IReadOnlyList<GalleryPicture>>> Rows(ItemsProviderRequest request)
    {
        if (first.Count > 0 && request.Count > 0) _ = ForgetFirst();
        var pictures = Pictures.Search(Look.Query, request.StartIndex * Look.Columns, request.Count * Look.Columns);
        return ValueTask.FromResult(new ItemsProviderResult<IReadOnlyList<GalleryPicture>>(pictures.Chunk(Look.Columns), (count + Look.Columns - 1) / Look.Columns));
    }

    /// <summary>Once the list shows its own rows, after the event at hand.</summary>
    private async Task ForgetFirst()
    {
        await Task.Yield();
        first = [];
        StateHasChanged();
    }

    private async Task Ask(GalleryQuery asked)
    {
        Look.Query = asked;
        Look.Chosen.Clear();
        await Refresh();
        await Browser.Do("toTop");
    }

    private async Task Refresh()
    {
        bool wasListed = IsListed;
        try
        {
            Read();
        }
        catch (StorageException e)
        {
            Messages.Add(e.Message, Severity.Error);
            return;
        }
        if (wasListed && count > 0) await rows!.RefreshDataAsync();
        StateHasChanged();
    }

    private void Read()
    {
        bool wasListed = IsListed;
        (count, facets) = (Pictures.Count(Look.Query), Pictures.Facets());
        if (!wasListed) ReadFirst();
        if (Look.Chosen.Count > 0) Look.Chosen.Keep(Pictures.Ids(Look.Query));
    }

    private void ReadFirst() => first = Look.Columns > 0 ? [.. Pictures.Search(Look.Query, 0, FirstRows * Look.Columns).Chunk(Look.Columns)] : [];

    private void Choose(long id, bool range)
    {
        if (range) Look.Chosen.Extend(id, Pictures.Ids(Look.Query));
        else Look.Chosen.Toggle(id);
    }

    private void ChooseAll() => Look.Chosen.Add(Pictures.Ids(Look.Query));

    private async Task Click(long id, MouseEventArgs click)
    {
        if (click.CtrlKey || click.MetaKey || click.ShiftKey || Look.Chosen.Count > 0)
        {
            Choose(id, click.ShiftKey);
            return;
        }
        var parameters = new DialogParameters<PictureDialog> { { x => x.Order, Pictures.Ids(Look.Query) }, { x => x.Id, id } };
        await Dialogs.ShowAsync<PictureDialog>(Text["Picture"], parameters, new DialogOptions { MaxWidth = MaxWidth.ExtraLarge, FullWidth = true, CloseOnEscapeKey = false });
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
            await Task.Delay(RefreshEvery, Time);
            Interlocked.Exchange(ref arriving, 0);
            if (!isGone) await Refresh();
        });
    }

    private void Show() => _ = InvokeAsync(Refresh);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        Board.Saved -= Arrived;
        Desk.Changed -= Show;
        await Browser.Stop(width);
        await Browser.Stop(keys);
        self?.Dispose();
    }
}
