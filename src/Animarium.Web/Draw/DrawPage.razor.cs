using System.Globalization;
using Animarium.Diffusion.Conduct;
using Animarium.Studio.Gallery;
using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;
using Animarium.Studio.Jobs;
using Animarium.Web.Gallery;
using Animarium.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Animarium.Web.Draw;

/// <summary>The page to draw.</summary>
public sealed partial class DrawPage
{
    private const int MostLatest = 40;

    private readonly List<GalleryPicture> latest = [];
    private ElementReference page;
    private PromptField? prompt, negative;
    private InitField? init;
    private DotNetObjectReference<DrawPage>? self;
    private IJSObjectReference? keys;
    private long? selected;

    private GalleryPicture? Shown => latest.Find(picture => picture.Id == selected) ?? latest.FirstOrDefault();

    private Settings Present => Settings.Of(State.Request, knob => knob.Describes);

    private long? Drawing => Board.Jobs.FirstOrDefault(job => job is { State: JobState.Running, Kind: JobKind.Draw })?.Id;

    // The worker takes some seconds to start; meanwhile nobody should click a second example for want of an answer.
    private bool IsOrdered => Board.Jobs.Any(job => job is { State: JobState.Running or JobState.Waiting, Kind: JobKind.Draw });

    private string Caption => Shown is { } picture ? Text["Caption", picture.Width, picture.Height, picture.Seed?.ToString(CultureInfo.InvariantCulture) ?? "–"] : "";

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        latest.AddRange(Pictures.Search(GalleryQuery.All, 0, MostLatest));
        State.Changed += Show;
        Board.Saved += Arrived;
        Board.Noticed += Tell;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        await State.Recall();
        self = DotNetObjectReference.Create(this);
        keys = await Browser.Ask<IJSObjectReference>("watchKeys", self, page);
    }

    /// <summary>A key that belongs to the page.</summary>
    [JSInvokable]
    public async Task Pressed(string key)
    {
        switch (key)
        {
            case "draw":
                await Order();
                break;
            case "ArrowLeft" or "ArrowRight" when Shown is { } shown:
                int next = latest.IndexOf(shown) + (key == "ArrowLeft" ? -1 : 1);
                if (next >= 0 && next < latest.Count) Select(latest[next]);
                break;
            case "Delete" when Shown is { } shown:
                Trash(shown);
                break;
            case "?":
                await Dialogs.ShowAsync<KeysDialog>();
                break;
            case [>= '0' and <= '5'] when Shown is { } shown:
                Pictures.Rate([shown.Id], key[0] - '0');
                Messages.Add(Text["Rated", key], Severity.Normal);
                break;
        }
        StateHasChanged();
    }

    /// <summary>A picture was dropped or pasted: its settings come back, or it is one to begin with.</summary>
    [JSInvokable]
    public async Task Dropped(IJSStreamReference? file, long size)
    {
        if (file is null || size > Uploads.Most)
        {
            Messages.Add(file is null ? Text["NoPicture"] : Text["TooLarge", Uploads.Most >> 20], Severity.Error);
            return;
        }
        try
        {
            await using var stream = await file.OpenReadStreamAsync(Uploads.Most);
            var (path, metadata) = await Uploads.Keep(stream);
            await Flush(); // the comparison is with what is seen
            await Offer(path, DroppedPicture.Read(metadata, Present, Catalog));
        }
        catch (Exception e) when (e is PictureException or ConductException)
        {
            Messages.Add(e.Message, Severity.Error);
        }
    }

    private Task<IDialogReference> Offer(string path, DroppedPicture picture) => Dialogs.ShowAsync<DroppedDialog>(Text["Dropped"],
        new DialogParameters<DroppedDialog> { { x => x.State, State }, { x => x.Path, path }, { x => x.Picture, picture } });

    private async Task Order()
    {
        await Flush();
        if (init is not null) await init.KeepMask();
        if (State.Order() is null) return;
        Board.Look();
        selected = null;
        History.Add(State.Request.Prompt, State.Request.Negative);
    }

    /// <summary>Takes over what was typed a moment ago.</summary>
    private async Task Flush()
    {
        if (prompt is not null) await prompt.Flush();
        if (negative is not null) await negative.Flush();
    }

    private async Task Try(string example)
    {
        await State.Set("prompt", example);
        await Order();
    }

    private async Task Use(GalleryPicture picture)
    {
        try
        {
            await Flush();
            await Offer(picture.Path, DroppedPicture.Of(ImportedRequest.From(Decoder.Describe(picture.Path).Metadata, Path.GetDirectoryName(picture.Path)), Present, Catalog));
        }
        catch (PictureException e)
        {
            Messages.Add(e.Message, Severity.Error);
        }
    }

    private async Task Begin(GalleryPicture picture)
    {
        await using var stream = File.OpenRead(picture.Path);
        await State.Begin((await Uploads.Keep(stream)).Path);
    }

    /// <summary>Fills the form so that the next picture is this one, larger and drawn over; the gallery knows it as its parent.</summary>
    private async Task Refine(GalleryPicture picture)
    {
        await Flush();
        await using var stream = File.OpenRead(picture.Path);
        await State.Refine(picture, (await Uploads.Keep(stream)).Path);
        Messages.Add(Text["RefineReady"], Severity.Normal);
    }

    private void Select(GalleryPicture picture) => selected = picture.Id;

    private Task<IDialogReference> Open(GalleryPicture picture) => Dialogs.ShowAsync<LargeView>("", new DialogParameters<LargeView> { { x => x.Picture, picture } },
        new DialogOptions { FullScreen = true, CloseOnEscapeKey = true, NoHeader = true });

    private void Trash(GalleryPicture picture)
    {
        var change = Pictures.Trash([picture.Id]);
        latest.Remove(picture);
        Messages.Add(Text["Trashed"], Severity.Normal, options =>
        {
            options.Action = Text["Undo"];
            options.OnClick = _ => InvokeAsync(() =>
            {
                Pictures.Undo(change.Id);
                latest.Clear();
                latest.AddRange(Pictures.Search(GalleryQuery.All, 0, MostLatest));
                StateHasChanged();
            });
        });
    }

    private void Arrived(JobPictureSaved saved) => _ = InvokeAsync(() =>
    {
        if (saved.Gallery is not { } id || Pictures.Find(id) is not { } picture) return;
        latest.RemoveAll(known => known.Id == id);
        latest.Insert(0, picture);
        if (latest.Count > MostLatest) latest.RemoveAt(MostLatest);
        StateHasChanged();
    });

    private void Tell(string message) => _ = InvokeAsync(() => Messages.Add(message, Severity.Warning));

    private void Show() => _ = InvokeAsync(StateHasChanged);

    private string Seconds(double seconds) => seconds < 10 ? Text["Seconds", seconds.ToString("0.00", CultureInfo.InvariantCulture)] : Text["Seconds", seconds.ToString("0", CultureInfo.InvariantCulture)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        State.Changed -= Show;
        Board.Saved -= Arrived;
        Board.Noticed -= Tell;
        try
        {
            if (keys is not null)
            {
                await keys.InvokeVoidAsync("stop");
                await keys.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone.
        }
        self?.Dispose();
    }
}
