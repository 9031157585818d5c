using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;

namespace Animarium.Studio.Generation;

/// <summary>Writes pictures with their descriptions while the next ones are drawn. What was handed to it is written, also when the run is interrupted.</summary>
internal sealed class PictureWriter(GenerationPlan plan, WeightHashes hashes, TimeProvider time) : IDisposable
{
    // Drawing waits where writing is slower: finished pictures must not pile up in memory.
    private const int MostUnwritten = 4;

    private readonly Queue<Task<DrawingSaved>> writing = new();

    /// <summary>Writes a picture in the background.</summary>
    public void Add(PlannedPicture picture, Picture image, double seconds)
    {
        var date = time.GetLocalNow();
        writing.Enqueue(Task.Run(async () =>
        {
            var facts = await Facts(picture).ConfigureAwait(false);
            var (path, _) = PictureFile.SaveNew(image, plan.Names.Of(picture.Request, plan.First + picture.Index - 1, date), plan.Names.Format, plan.Request.Quality, facts.Describe());
            return new DrawingSaved(picture, path, image, seconds);
        }));
    }

    /// <summary>The pictures that are in their files, in order; waits for some where too many are not.</summary>
    /// <exception cref="PictureException">One cannot be written.</exception>
    public IEnumerable<DrawingSaved> Ready()
    {
        while (writing.TryPeek(out var task) && (task.IsCompleted || writing.Count > MostUnwritten)) yield return writing.Dequeue().GetAwaiter().GetResult();
    }

    /// <summary>Waits for all that are left.</summary>
    /// <exception cref="PictureException">One cannot be written.</exception>
    public IEnumerable<DrawingSaved> All()
    {
        while (writing.TryDequeue(out var task)) yield return task.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Who ended the run early has an error or a wish of their own to tell of: a failure to write does not hide it.
        while (writing.TryDequeue(out var task)) ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
    }

    private async Task<PictureFacts> Facts(PlannedPicture picture)
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
