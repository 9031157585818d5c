using System.Diagnostics;
using Animarium.Diffusion.Conduct;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Weights;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>Draws a plan: batches through the engine, pictures with their descriptions into files. While one picture is written the next is drawn.</summary>
/// <param name="plan">What to draw.</param>
/// <param name="engine">The plan's model; stays the caller's.</param>
/// <param name="hashes">Of the weights, for the descriptions.</param>
/// <param name="time">Dates of file names.</param>
public sealed class Drawing(GenerationPlan plan, Engine engine, WeightHashes hashes, TimeProvider time)
{
    // Drawing waits where writing is slower: finished pictures must not pile up in memory.
    private const int MostUnwritten = 4;

    private readonly Queue<Task<PictureSaved>> writing = new();
    private readonly HashSet<string> told = [];

    /// <summary>Draws until everything is done. Ending early, also by cancelling, keeps every finished picture.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, between two steps.</exception>
    /// <exception cref="ConductException">A prompt is refused.</exception>
    /// <exception cref="PictureException">A picture cannot be written.</exception>
    /// <exception cref="ModelException">A LoRA is not there or does not fit.</exception>
    public IEnumerable<DrawingEvent> Run(CancellationToken cancellation = default)
    {
        try
        {
            foreach (var batch in Batches())
                foreach (var e in Draw(batch, cancellation)) yield return e;
            while (writing.TryDequeue(out var task)) yield return task.GetAwaiter().GetResult();
        }
        finally
        {
            // An interrupted run still finishes the files it began.
            Task.WhenAll(writing).ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }
    }

    /// <summary>Runs of pictures that can be drawn together: the same LoRAs, and no more than the request says.</summary>
    private IEnumerable<IReadOnlyList<PlannedPicture>> Batches()
    {
        var batch = new List<PlannedPicture>();
        foreach (var picture in plan.Pictures())
        {
            if (batch.Count > 0 && (batch.Count == plan.Request.Batch || !picture.Request.Loras.SequenceEqual(batch[0].Request.Loras)))
            {
                yield return batch;
                batch = [];
            }
            batch.Add(picture);
        }
        if (batch.Count > 0) yield return batch;
    }

    private IEnumerable<DrawingEvent> Draw(IReadOnlyList<PlannedPicture> batch, CancellationToken cancellation)
    {
        foreach (var notice in UseLoras(batch[0]).Where(notice => told.Add(notice.Message))) yield return new NoticeGiven(notice);

        var request = EngineRequest.Of(plan.Request, batch, plan.Sources);
        int steps = 0, total = plan.Request.Steps + (request.Hires is { } hires ? hires.Steps ?? plan.Request.Steps : 0);
        long start = Stopwatch.GetTimestamp(), last = start;
        using var init = request.Image;
        using var mask = request.Mask;
        foreach (var e in engine.Pipeline.Draw(request))
        {
            switch (e)
            {
                case DrawStep step:
                    cancellation.ThrowIfCancellationRequested();
                    double seconds = Stopwatch.GetElapsedTime(last).TotalSeconds;
                    last = Stopwatch.GetTimestamp();
                    yield return new StepMade(batch[0].Index, batch[^1].Index, ++steps, Math.Max(total, steps), step.Pass, seconds);
                    break;
                case DrawWarning warning:
                    yield return new NoticeGiven(new(warning.Code, Words.In(warning.Text)));
                    break;
                case DrawnPicture picture:
                    var image = Picture.FromTensor(picture.Image);
                    picture.Image.Dispose();
                    Write(batch[picture.Index], image, Stopwatch.GetElapsedTime(start).TotalSeconds / batch.Count);
                    break;
            }
            while (writing.TryPeek(out var task) && (task.IsCompleted || writing.Count > MostUnwritten)) yield return writing.Dequeue().GetAwaiter().GetResult();
        }
    }

    private IEnumerable<Notice> UseLoras(PlannedPicture picture) => engine.Pipeline
        .UseLoras([.. picture.Loras.Zip(picture.Request.Loras, (file, use) => (file.Path, use.Strength, use.TextStrength))])
        .SelectMany(lora => lora.Warnings.Select(warning => new Notice(warning.Name, Words.In(warning.Text))));

    private void Write(PlannedPicture picture, Picture image, double seconds)
    {
        var date = time.GetLocalNow();
        writing.Enqueue(Task.Run(() =>
        {
            var names = plan.Names.Of(picture.Request, picture.Index, date);
            var (path, _) = PictureFile.SaveNew(image, names, plan.Names.Format, plan.Request.Quality, Facts(picture).Describe());
            return new PictureSaved(picture, path, image.Width, image.Height, seconds);
        }));
    }

    private PictureFacts Facts(PlannedPicture picture) => new(picture.Request, Used(plan.Model.Transformer), Used(plan.Model.TextEncoder!), Used(plan.Model.Vae!),
        [.. picture.Loras.Select(lora => new WeightsUsed(lora.Name, Path.GetFileName(lora.Path), hashes.Of(lora.Path).Result?.Tensors))])
    {
        Template = picture.Template,
    };

    private WeightsUsed Used(ModelPart part) => new(part.Name, Path.GetFileName(part.Path), hashes.Of(part.Path).Result?.Sha256);
}
