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
    private ElementReference page;
    private PromptField? prompt, negative;
    private InitField? init;
    private DotNetObjectReference<DrawPage>? self;
    private IJSObjectReference? keys;
    private PictureStage? stage;

    /// <summary>Whether somebody looks at the page: it stays behind while another room is shown.</summary>
    [Parameter] public bool IsSeen { get; set; } = true;

    private Settings Present => Settings.Of(State.Request, knob => knob.Describes);

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        State.Changed += Show;
        Board.Noticed += Tell;
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (IsSeen && !Onlooker.Watches)
        {
            State.Follow(); // models and settings may be others than before
            if (stage is not null) // somebody comes back
            {
                stage.Read();
                Expect();
            }
        }
        Onlooker.Watches = IsSeen;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        self = DotNetObjectReference.Create(this);
        var recall = State.Recall();
        keys = await Browser.Ask<IJSObjectReference>("watchKeys", self, page);
        await recall;
        Expect();
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
            case "ArrowLeft" or "ArrowRight":
                stage?.Go(key == "ArrowLeft" ? -1 : 1);
                break;
            case "Delete":
                stage?.Trash();
                break;
            case "?":
                await Dialogs.ShowAsync<KeysDialog>();
                break;
            case [>= '0' and <= '5']:
                stage?.Rate(key[0] - '0');
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

    private void Expect() => Runner.Expect(State.Given, Preferences.Current.Defaults);

    private async Task Order()
    {
        await Flush();
        if (init is not null) await init.KeepMask();
        if (State.Order() is null) return;
        Onlooker.Look();
        stage?.Follow();
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

    private void Tell(string message) => _ = InvokeAsync(() => Messages.Add(message, Severity.Warning));

    private void Show() => _ = InvokeAsync(StateHasChanged);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        State.Changed -= Show;
        Board.Noticed -= Tell;
        Onlooker.Watches = false;
        await Browser.Stop(keys);
        self?.Dispose();
    }
}
