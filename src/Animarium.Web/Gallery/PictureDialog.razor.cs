using Animarium.Studio.Gallery;
using Animarium.Web.Draw;
using Animarium.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Animarium.Web.Gallery;

/// <summary>A picture of the gallery, large. Its neighbours are those of the moment it was opened: rating one while it is looked at does not move it.</summary>
public sealed partial class PictureDialog
{
    private static readonly string[] OwnKeys = ["ArrowLeft", "ArrowRight", "0", "1", "2", "3", "4", "5", "Delete", "Escape", "?"];

    private ElementReference content;
    private DotNetObjectReference<PictureDialog>? self;
    private IJSObjectReference? keys;
    private GalleryFacets facets = new();
    private GalleryPicture? picture, source;
    private GalleryPlace place;
    private int at;

    [CascadingParameter] private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject] private GalleryDesk Desk { get; set; } = null!;

    [Inject] private DrawState State { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private IDialogService Dialogs { get; set; } = null!;

    /// <summary>The numbers of the pictures as they are shown.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<long> Order { get; set; } = [];

    /// <summary>The number of the one to begin with.</summary>
    [Parameter, EditorRequired] public long Id { get; set; }

    private IEnumerable<(string Name, string Value)> Described => picture!.Settings.Complete() is var request
        ? picture.Settings.Given.Where(knob => knob.Describes).Select(knob => (knob.Key, knob.Format(knob.Get(request)))).Where(row => row.Item2.Length > 0) : [];

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        at = Math.Max(0, Order.ToList().IndexOf(Id));
        Show(Desk.Find(Id));
        if (picture is not null) place = picture.Place;
        facets = Desk.Facets();
        Desk.Changed += ShowAgain;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        self = DotNetObjectReference.Create(this);
        keys = await Browser.Ask<IJSObjectReference>("watchPictures", content, self, OwnKeys);
    }

    /// <summary>A key for the picture.</summary>
    [JSInvokable]
    public async Task Pressed(string key)
    {
        if (key == "Escape") Dialog.Close();
        else if (key == "?") await Dialogs.ShowAsync<KeysDialog>();
        else if (key is "ArrowLeft" or "ArrowRight") Move(key == "ArrowLeft" ? -1 : 1);
        else if (picture is null) return;
        else if (key != "Delete") await Rate(key[0] - '0');
        else if (picture.Place == GalleryPlace.Here) await Trash();
        StateHasChanged();
    }

    private void Show(GalleryPicture? found)
    {
        picture = found;
        source = found?.Parent is { } parent ? Desk.Find(parent.Hash) : null;
    }

    private void ShowAgain()
    {
        Show(Desk.Find(Order[at]));
        facets = Desk.Facets(); // perhaps with a name that is new
        StateHasChanged();
    }

    /// <summary>Goes on to the next picture that is still where they were.</summary>
    /// <returns>Whether there is one.</returns>
    private bool Move(int step)
    {
        for (int next = at + step; next >= 0 && next < Order.Count; next += step)
            if (Desk.Find(Order[next]) is { } found && found.Place == place)
            {
                at = next;
                Show(found);
                return true;
            }
        return false;
    }

    private Task<bool> Rate(int stars) => Change((all, id) => all.Rate(id, stars));

    private Task Trash() => Away((all, id) => all.Trash(id), Text["Trashed"]);

    private Task Restore() => Away((all, id) => all.Restore(id), Text["Restored"]);

    private Task<bool> Change(Func<PictureGallery, long[], GalleryChange> change, string? told = null)
    {
        long[] ids = [Order[at]];
        return Desk.Do(all => change(all, ids), told);
    }

    private async Task Away(Func<PictureGallery, long[], GalleryChange> change, string told)
    {
        if (await Change(change, told) && !Move(1) && !Move(-1)) Dialog.Close();
    }

    private async Task Use()
    {
        await State.Take(picture!.Settings);
        Dialog.Close();
        Navigation.NavigateTo("/");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Desk.Changed -= ShowAgain;
        await Browser.Stop(keys);
        self?.Dispose();
    }
}
