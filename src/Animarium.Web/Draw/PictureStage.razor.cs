using System.Collections.Concurrent;
using System.Globalization;
using Animarium.Studio.Gallery;
using Animarium.Studio.Jobs;
using Animarium.Web.Gallery;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Animarium.Web.Draw;

/// <summary>The pictures beside the form.</summary>
public sealed partial class PictureStage
{
    private const int MostLatest = 40;
    private const double LeastPreviewed = 2; // seconds

    private readonly List<GalleryPicture> latest = [];
    private readonly ConcurrentQueue<JobPictureSaved> arrived = new();
    private long? selected;

    /// <summary>A picture is shown where none was.</summary>
    [Parameter] public EventCallback First { get; set; }

    /// <summary>One of the prompts to begin with is to be drawn.</summary>
    [Parameter] public EventCallback<string> Example { get; set; }

    /// <summary>A picture's settings are to come back.</summary>
    [Parameter] public EventCallback<GalleryPicture> Use { get; set; }

    /// <summary>The next picture is to begin with this one.</summary>
    [Parameter] public EventCallback<GalleryPicture> Begin { get; set; }

    /// <summary>A picture is to be drawn over at a higher resolution.</summary>
    [Parameter] public EventCallback<GalleryPicture> Refine { get; set; }

    /// <summary>The picture that is looked at; null: there is none.</summary>
    public GalleryPicture? Shown => latest.Find(picture => picture.Id == selected) ?? latest.FirstOrDefault();

    private long? Drawing => Board.Jobs.FirstOrDefault(job => job is { State: JobState.Running, Kind: JobKind.Draw })?.Id;

    // Of pictures that come every second, the finished ones are what one wants to see, and not a blur of the next before each.
    private string? Preview => Drawing is { } job && Board.StepOf(job) is { } step && (Shown is null || step.Seconds * step.Steps >= LeastPreviewed) ? Events.AddressOfPreview(job) : null;

    // The worker takes some seconds to start; meanwhile nobody should click a second example for want of an answer.
    private bool IsOrdered => Board.Jobs.Any(job => job is { State: JobState.Running or JobState.Waiting, Kind: JobKind.Draw });

    private string Caption => Shown is { } picture ? Text["Caption", picture.Width, picture.Height, picture.Seed?.ToString(CultureInfo.InvariantCulture) ?? "–"] : "";

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Read();
        Board.Saved += Arrived;
        Onlooker.Changed += Show;
    }

    /// <inheritdoc/>
    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender && Shown is not null ? First.InvokeAsync() : Task.CompletedTask;

    /// <summary>Reads the latest pictures anew, since other pages change the gallery, too.</summary>
    public void Read()
    {
        latest.Clear();
        arrived.Clear();
        latest.AddRange(Pictures.Search(GalleryQuery.All, 0, MostLatest));
    }

    /// <summary>Shows the newest picture, and those that come.</summary>
    public void Follow() => Select(null);

    /// <summary>Goes on to a neighbour in the strip.</summary>
    /// <param name="places">1 to the right, −1 to the left.</param>
    public void Go(int places)
    {
        if (Shown is not { } shown) return;
        int next = latest.IndexOf(shown) + places;
        if (next >= 0 && next < latest.Count) Select(latest[next].Id);
    }

    /// <summary>Rates the picture that is shown.</summary>
    /// <param name="stars">0 to 5.</param>
    public void Rate(int stars)
    {
        if (Shown is not { } shown) return;
        Pictures.Rate([shown.Id], stars);
        Messages.Add(Text["Rated", stars], Severity.Normal);
    }

    /// <summary>Puts the picture that is shown into the trash; it can be taken back.</summary>
    public void Trash()
    {
        if (Shown is not { } shown) return;
        var change = Pictures.Trash([shown.Id]);
        latest.Remove(shown);
        Messages.Add(Text["Trashed"], Severity.Normal, options =>
        {
            options.Action = Text["Undo"];
            options.OnClick = _ => InvokeAsync(() =>
            {
                Pictures.Undo(change.Id);
                Read();
                StateHasChanged();
            });
        });
        StateHasChanged();
    }

    private void Select(long? id)
    {
        selected = id;
        StateHasChanged();
    }

    private Task<IDialogReference> Open(GalleryPicture picture) => Dialogs.ShowAsync<LargeView>("", new DialogParameters<LargeView> { { x => x.Picture, picture } },
        new DialogOptions { FullScreen = true, CloseOnEscapeKey = true });

    private void Arrived(JobPictureSaved saved) => arrived.Enqueue(saved);

    /// <summary>Puts in front what came since the board told last: of a small model, several come between.</summary>
    private void Show() => _ = InvokeAsync(async () =>
    {
        if (arrived.IsEmpty) return;
        bool isFirst = Shown is null;
        while (arrived.TryDequeue(out var saved))
        {
            if (saved.Gallery is not { } id || Pictures.Find(id) is not { } picture) continue;
            latest.RemoveAll(known => known.Id == id);
            latest.Insert(0, picture);
        }
        if (latest.Count > MostLatest) latest.RemoveRange(MostLatest, latest.Count - MostLatest);
        StateHasChanged();
        if (isFirst) await First.InvokeAsync();
    });

    private string Seconds(double seconds) => seconds < 10 ? Text["Seconds", seconds.ToString("0.00", CultureInfo.InvariantCulture)] : Text["Seconds", seconds.ToString("0", CultureInfo.InvariantCulture)];

    /// <inheritdoc/>
    public void Dispose()
    {
        Board.Saved -= Arrived;
        Onlooker.Changed -= Show;
    }
}
