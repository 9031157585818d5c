using Animarium.Studio.Gallery;
using Animarium.Studio.Jobs;
using Animarium.Web.Queue;
using Animarium.Web.Security;
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

    // Counting and finding in a large gallery costs more than a small picture takes.
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(1);

    private readonly HashSet<long> chosen = [];
    private GalleryQuery query = GalleryQuery.All;
    private GalleryFacets facets = new();
    private Virtualize<IReadOnlyList<GalleryPicture>>? rows;
    private ElementReference wall;
    private DotNetObjectReference<GalleryPage>? self;
    private IJSObjectReference? watch;
    private int columns, count, arriving;
    private bool isGone;

    [Inject] private PictureGallery Pictures { get; set; } = null!;

    [Inject] private JobBoard Board { get; set; } = null!;

    [Inject] private JobQueue Jobs { get; set; } = null!;

    [Inject] private OrderScreen Screen { get; set; } = null!;

    [Inject] private ISnackbar Messages { get; set; } = null!;

    [Inject] private IDialogService Dialogs { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Read();
        Board.Saved += Arrived;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        self = DotNetObjectReference.Create(this);
        watch = await Browser.Ask<IJSObjectReference>("watchWidth", wall, self);
    }

    /// <summary>The wall has another width.</summary>
    [JSInvokable]
    public async Task Resized(double width)
    {
        int fit = Math.Max(2, (int)(width / Tile));
        if (fit == columns) return;
        columns = fit;
        StateHasChanged();
        if (rows is not null) await rows.RefreshDataAsync();
    }

    private ValueTask<ItemsProviderResult<IReadOnlyList<GalleryPicture>>> Rows(ItemsProviderRequest request)
    {
        var pictures = Pictures.Search(query, request.StartIndex * columns, request.Count * columns);
        return ValueTask.FromResult(new ItemsProviderResult<IReadOnlyList<GalleryPicture>>(pictures.Chunk(columns), (count + columns - 1) / columns));
    }

    private Task Ask(GalleryQuery asked)
    {
        query = asked;
        chosen.Clear();
        return Refresh();
    }

    private async Task Refresh()
    {
        Read();
        if (rows is not null) await rows.RefreshDataAsync();
        StateHasChanged();
    }

    private void Read() => (count, facets) = (Pictures.Count(query), Pictures.Facets());

    private void Toggle(long id)
    {
        if (!chosen.Remove(id)) chosen.Add(id);
    }

    private async Task Click(GalleryPicture picture, MouseEventArgs click)
    {
        if (click.CtrlKey || click.MetaKey || click.ShiftKey || chosen.Count > 0)
        {
            Toggle(picture.Id);
            return;
        }
        var dialog = await Dialogs.ShowAsync<PictureDialog>("", new DialogParameters<PictureDialog> { { x => x.Id, picture.Id } }, new DialogOptions { MaxWidth = MaxWidth.Large, FullWidth = true, CloseOnEscapeKey = true });
        await dialog.Result;
        await Refresh();
    }

    private Task Rate(int stars) => Change(Pictures.Rate([.. chosen], stars), Text["RatedTo", stars]);

    private Task Restore() => Change(Pictures.Restore([.. chosen]), Text["Restored"]);

    private Task Trash() => Change(Pictures.Trash([.. chosen]), Text["Trashed"]);

    private async Task Change(GalleryChange change, string told)
    {
        foreach (var failed in change.Failed) Messages.Add(failed.Message, Severity.Warning);
        Messages.Add(told, Severity.Normal, options =>
        {
            options.Action = Text["Undo"];
            options.OnClick = _ => InvokeAsync(() =>
            {
                Pictures.Undo(change.Id);
                return Refresh();
            });
        });
        chosen.Clear();
        await Refresh();
    }

    private async Task Collect()
    {
        if (await Asked("CollectAsk") is { Length: > 0 } name) await Change(Pictures.Collect([.. chosen], name), Text["CollectedIn", name]);
    }

    private async Task Empty()
    {
        if (await Dialogs.ShowMessageBoxAsync(Text["EmptyTrash"], Text["EmptyTrashAsk", count], yesText: Text["EmptyTrash"], cancelText: Text["Cancel"]) != true) return;
        foreach (var failed in Pictures.EmptyTrash().Failed) Messages.Add(failed.Message, Severity.Warning);
        await Refresh();
    }

    private async Task ImportFolder()
    {
        if (await Asked("ImportAsk") is not { Length: > 0 } folder) return;
        try
        {
            var order = new ImportOrder(folder);
            Screen.Require(order);
            Jobs.Add(order);
            Messages.Add(Text["ImportBegun"], Severity.Normal);
        }
        catch (Api.RefusedException e)
        {
            Messages.Add(e.Message, Severity.Error);
        }
    }

    private async Task<string?> Asked(string question)
    {
        var dialog = await Dialogs.ShowAsync<AskDialog>(Text[question], new DialogParameters<AskDialog> { { x => x.Question, Text[question].Value } });
        return (await dialog.Result)?.Data as string;
    }

    private void Arrived(JobPictureSaved saved)
    {
        if (Interlocked.Exchange(ref arriving, 1) == 1) return;
        _ = InvokeAsync(async () =>
        {
            await Task.Delay(RefreshEvery);
            Interlocked.Exchange(ref arriving, 0);
            if (!isGone) await Refresh();
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        Board.Saved -= Arrived;
        try
        {
            if (watch is not null)
            {
                await watch.InvokeVoidAsync("stop");
                await watch.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone.
        }
        self?.Dispose();
    }
}
