using Animarium.Studio.Gallery;
using Animarium.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;

namespace Animarium.Web.Gallery;

/// <summary>What a search found: rows of tiles of which the browser holds only those that are seen. Pictures are chosen here; what happens to them is the page's business.</summary>
public sealed partial class PictureWall
{
    private const int Tile = 184; // pixels with their gap
    private const int FirstRows = 5; // as many as a page of usual height shows

    private static readonly string[] OwnKeys = ["0", "1", "2", "3", "4", "5", "Delete", "Escape", "Ctrl+a", "?"];

    // The rows that can be seen at once, drawn with the page: the list asks for its own only after the browser has told it where it stands, two ways there and back later.
    private IReadOnlyList<IReadOnlyList<GalleryPicture>> first = [];
    private Virtualize<IReadOnlyList<GalleryPicture>>? rows;
    private bool isListed; // the list stands on the page, and asks for what it shows
    private ElementReference wall;
    private DotNetObjectReference<PictureWall>? self;
    private IJSObjectReference? width, keys;

    /// <summary>What is searched for, found and chosen. An object that may have changed inside: the wall is drawn whenever the page is.</summary>
    [Parameter, EditorRequired] public GalleryLook Look { get; set; } = null!;

    /// <summary>What is said where nothing was found.</summary>
    [Parameter, EditorRequired] public string Nothing { get; set; } = "";

    /// <summary>A picture is to be seen large.</summary>
    [Parameter] public EventCallback<long> Opened { get; set; }

    /// <summary>Other pictures are chosen.</summary>
    [Parameter] public EventCallback Chose { get; set; }

    /// <summary>A key of the pictures.</summary>
    [Parameter] public EventCallback<string> Pressed { get; set; }

    [Inject] private PictureGallery Pictures { get; set; } = null!;

    private string Side => $"grid-template-columns:repeat({Look.Columns},1fr)";

    /// <summary>Reads what <see cref="GalleryLook"/> says now; it is shown when the page, or who else calls, renders.</summary>
    /// <exception cref="Animarium.Studio.Storage.StorageException">The database cannot be read.</exception>
    public async Task Refresh()
    {
        if (!isListed) ReadFirst();
        else if (Look.Count > 0) await rows!.RefreshDataAsync();
    }

    /// <summary>The wall has another width.</summary>
    [JSInvokable]
    public async Task Resized(double width)
    {
        int fit = Math.Max(2, (int)(width / Tile));
        if (fit == Look.Columns) return;
        Look.Columns = fit;
        await Refresh();
        StateHasChanged();
    }

    /// <summary>A key was pressed that belongs to the pictures.</summary>
    [JSInvokable(nameof(Pressed))]
    public Task KeyPressed(string key) => Pressed.InvokeAsync(key);

    /// <inheritdoc/>
    protected override void OnInitialized() => ReadFirst();

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        isListed = Look.Count > 0 && Look.Columns > 0;
        if (!firstRender) return;
        self = DotNetObjectReference.Create(this);
        width = await Browser.Ask<IJSObjectReference>("watchWidth", wall, self);
        keys = await Browser.Ask<IJSObjectReference>("watchPictures", wall, self, OwnKeys);
    }

    private void ReadFirst() => first = Look.Columns > 0 ? [.. Pictures.Search(Look.Shown, 0, FirstRows * Look.Columns).Chunk(Look.Columns)] : [];

    private ValueTask<ItemsProviderResult<IReadOnlyList<GalleryPicture>>> Rows(ItemsProviderRequest request)
    {
        if (first.Count > 0 && request.Count > 0) _ = ForgetFirst();
        var pictures = Pictures.Search(Look.Shown, request.StartIndex * Look.Columns, request.Count * Look.Columns);
        return ValueTask.FromResult(new ItemsProviderResult<IReadOnlyList<GalleryPicture>>(pictures.Chunk(Look.Columns), (Look.Count + Look.Columns - 1) / Look.Columns));
    }

    /// <summary>Once the list shows its own rows, after the event at hand.</summary>
    private async Task ForgetFirst()
    {
        await Task.Yield();
        first = [];
        StateHasChanged();
    }

    private Task Click(long id, MouseEventArgs click) =>
        click.CtrlKey || click.MetaKey || click.ShiftKey || Look.Chosen.Count > 0 ? Choose(id, click.ShiftKey) : Opened.InvokeAsync(id);

    private Task Choose(long id, bool range)
    {
        if (range) Look.Chosen.Extend(id, Pictures.Ids(Look.Shown));
        else Look.Chosen.Toggle(id);
        return Chose.InvokeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Browser.Stop(width);
        await Browser.Stop(keys);
        self?.Dispose();
    }
}
