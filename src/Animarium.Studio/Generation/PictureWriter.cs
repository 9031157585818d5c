using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;

namespace Animarium.Studio.Generation;

/// <summary>
/// Finishes pictures and writes them with their descriptions while the next ones are drawn, one after the other: a second thread is enough for pictures that
/// one thread draws. What was handed to it is written, also when the run is interrupted.
/// </summary>
internal sealed class PictureWriter(WeightHashes hashes, TimeProvider time) : IDisposable
{
    // Drawing waits where writing is slower: finished pictures must not pile up in memory.
    private const int MostUnwritten = 4;

    private readonly Queue<Task<IReadOnlyList<DrawingEvent>>> writing = new();
    private Task last = Task.CompletedTask;

    /// <summary>Writes a picture in the background.</summary>
    /// <param name="plan">What the picture belongs to.</param>
    /// <param name="planned">What was drawn.</param>
    /// <param name="finish">Gives its pixels, what is to be said of them, and how long it took.</param>
    public void Add(GenerationPlan plan, PlannedPicture planned, Func<FinishedPicture> finish)
    {
        var task = Write(plan, planned, finish, time.GetLocalNow(), last);
        writing.Enqueue(task);
        last = task;
    }

    private Task<IReadOnlyList<DrawingEvent>> Write(GenerationPlan plan, PlannedPicture planned, Func<FinishedPicture> finish, DateTimeOffset date, Task before) => Task.Run<IReadOnlyList<DrawingEvent>>(async () =>
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its own reader hears of what went wrong there
        var (image, notices, seconds) = finish();
        var facts = await Facts(plan, planned).ConfigureAwait(false);
        string path = plan.File is { } file ? PictureFile.SaveOnce(image, file, plan.Names.Format, plan.Request.Quality, facts.Describe())
            : PictureFile.SaveNew(image, plan.Names.Of(planned.Request, plan.First + planned.Index - 1, date), plan.Names.Format, plan.Request.Quality, facts.Describe()).Path;
        return [.. notices.Select(notice => new DrawingNotice(notice)), new DrawingSaved(planned, path, image, seconds)];
    });

    /// <summary>The pictures that are in their files, in order, each after what is to be said of it; waits for some where too many are not.</summary>
    /// <exception cref="PictureException">One cannot be written.</exception>
    public IEnumerable<DrawingEvent> Ready()
    {
        while (writing.TryPeek(out var task) && (task.IsCompleted || writing.Count > MostUnwritten))
            foreach (var e in writing.Dequeue().GetAwaiter().GetResult()) yield return e;
    }

    /// <summary>Waits for all that are left.</summary>
    /// <exception cref="PictureException">One cannot be written.</exception>
    public IEnumerable<DrawingEvent> All()
    {
        while (writing.TryDequeue(out var task))
            foreach (var e in task.GetAwaiter().GetResult()) yield return e;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Who ended the run early has an error or a wish of their own to tell of: a failure to write does not hide it.
        while (writing.TryDequeue(out var task)) ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
    }

    private async Task<PictureFacts> Facts(GenerationPlan plan, PlannedPicture picture)
    {
        var loras = new List<WeightsUsed>();
        foreach (var lora in picture.Loras)
            loras.Add(new(lora.Name, Path.GetFileName(lora.Path), (await hashes.Of(lora.Path).ConfigureAwait(false))?.Tensors));
        return new(picture.Request, await Used(plan.Model.Transformer).ConfigureAwait(false), await Used(plan.Model.TextEncoder!).ConfigureAwait(false),
            await Used(plan.Model.Vae!).ConfigureAwait(false), loras)
        {
            Init = plan.Sources.Used,
            Template = picture.Template,
        };
    }

    private async Task<WeightsUsed> Used(ModelPart part) =>
        new(part.Name, Path.GetFileName(part.Path), (await hashes.Of(part.Path).ConfigureAwait(false))?.Sha256);
}

/// <summary>A picture whose pixels are computed.</summary>
/// <param name="Picture">Its pixels.</param>
/// <param name="Notices">What happened on the way.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record FinishedPicture(Picture Picture, IReadOnlyList<Notice> Notices, double Seconds);
