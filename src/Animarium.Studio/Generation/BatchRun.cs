using System.Diagnostics;
using Animarium.Diffusion.Pipeline;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>Takes the pictures of a plan through the engine, as many at once as the request says.</summary>
internal sealed class BatchRun(GenerationPlan plan, Engine engine, PictureWriter writer, PreviewPace? previews)
{
    private readonly HashSet<string> told = [];

    /// <summary>Draws all; pictures are handed out once they are in their files, the last ones by who owns the writer.</summary>
    public IEnumerable<DrawingEvent> Run(CancellationToken cancellation)
    {
        foreach (var batch in Batches())
            foreach (var e in Draw(batch, cancellation)) yield return e;
    }

    /// <summary>Runs of pictures with the same LoRAs.</summary>
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
        foreach (var notice in UseLoras(batch[0]).Where(notice => told.Add(notice.Message))) yield return new DrawingNotice(notice);

        var request = EngineRequest.Of(plan.Request, batch, plan.Sources);
        using var init = request.Image;
        using var mask = request.Mask;
        using var threads = DrawingThreads.For(engine, request);
        long start = Stopwatch.GetTimestamp(), last = start;
        foreach (var e in engine.Pipeline.Draw(request))
        {
            switch (e)
            {
                case DrawStep step:
                    double seconds = Stopwatch.GetElapsedTime(last).TotalSeconds;
                    last = Stopwatch.GetTimestamp();
                    yield return new DrawingStep(batch[0].Index, batch[^1].Index, step.Pass, step.Index + 1, step.Count, seconds) { Preview = previews?.Of(step) };
                    break;
                case DrawnPicture drawn:
                    FinishedPicture Finish()
                    {
                        using var pixels = drawn.Image;
                        return new(Picture.FromTensor(pixels), [.. drawn.Warnings.Select(warning => new Notice(warning.Code, Words.In(warning.Text)))],
                            Stopwatch.GetElapsedTime(start).TotalSeconds / batch.Count);
                    }
                    // What is pasted into a picture's own pixels ends with this batch.
                    if (threads.Spare && mask is null) writer.Add(plan, batch[drawn.Index], Beside);
                    else
                    {
                        var finished = Finish();
                        writer.Add(plan, batch[drawn.Index], () => finished);
                    }
                    FinishedPicture Beside()
                    {
                        using var own = DrawingThreads.Beside(engine);
                        return Finish();
                    }
                    break;
            }
            foreach (var saved in cancellation.IsCancellationRequested ? writer.All() : writer.Ready()) yield return saved;
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private IEnumerable<Notice> UseLoras(PlannedPicture picture) => engine.Pipeline
        .UseLoras([.. picture.Loras.Zip(picture.Request.Loras, (file, use) => (file.Path, use.Strength, use.TextStrength))])
        .SelectMany(lora => lora.Warnings.Select(warning => new Notice(warning.Name, $"{Path.GetFileName(lora.Path)}: {Words.In(warning.Text)}")));
}
