using Animarium.Studio.Generation;
using Animarium.Studio.Images;

namespace Animarium.Studio.Jobs.Work;

/// <summary>Draws the pictures that are ready, as one run as long as they follow each other.</summary>
internal sealed class PictureWork(WorkLoop loop, WorkTools tools) : IDisposable
{
    private const int PreviewQuality = 70;

    private Drawing? drawing;

    /// <summary>Draws a picture and those that are ready behind it.</summary>
    /// <returns>What came that is no picture, if it did.</returns>
    public WorkItem? Draw(WorkItem first, CancellationToken cancellation)
    {
        WorkItem? other = null;
        drawing ??= new Drawing(tools.Hashes, tools.Time) { PreviewInterval = WorkTools.PreviewInterval };
        for (List<WorkItem> rest = [first]; rest.Count > 0;) rest = Run(rest, ref other, cancellation);
        return other;
    }

    /// <summary>Draws until nothing is ready or something goes wrong.</summary>
    /// <returns>What has to be done again: it was begun, is no file, and is not to blame.</returns>
    private List<WorkItem> Run(List<WorkItem> waiting, ref WorkItem? other, CancellationToken cancellation)
    {
        var begun = new List<WorkItem>();
        var source = new Source(loop, waiting, begun);
        try
        {
            foreach (var happened in drawing!.Draw(source.Plans(), cancellation))
                if (Report(happened, begun[^1], begun[0]) is { } finished) begun.Remove(finished);
            return [];
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Settle(begun, source.Unbegun, null, null);
        }
        catch (Exception e)
        {
            // Writing happens behind the drawing: there the first without a file is to blame, otherwise the one that was being drawn.
            bool writing = e is PictureException { IsAboutWriting: true };
            return Settle(begun, source.Unbegun, writing ? begun.Find(item => !File.Exists(item.Plan!.File)) : begun.LastOrDefault(), e);
        }
        finally
        {
            other ??= source.Other;
        }
    }

    private WorkItem? Report(DrawingEvent happened, WorkItem drawn, WorkItem oldest)
    {
        switch (happened)
        {
            case DrawingStep step:
                byte[]? preview = step.Preview is { } picture ? PictureFile.Encode(picture, PictureFormat.Jpeg, PreviewQuality).File : null;
                loop.Tell(new PictureStep { Job = drawn.Id.Job, Number = drawn.Id.Number, Pass = step.Pass, Step = step.Step, Steps = step.Steps, Seconds = step.Seconds, Preview = preview });
                return null;
            case DrawingNotice { Notice: var notice }:
                loop.Tell(new WorkNotice { Job = drawn.Id.Job, Number = drawn.Id.Number, Code = notice.Code, Message = notice.Message });
                return null;
            case DrawingSaved saved:
                loop.Settle(oldest, new PictureDone { Job = oldest.Id.Job, Number = oldest.Id.Number, Seconds = saved.Seconds });
                return oldest;
            default:
                return null;
        }
    }

    /// <summary>After an interruption: what is in its file is finished, whatever was told of it.</summary>
    private List<WorkItem> Settle(List<WorkItem> begun, IEnumerable<WorkItem> unbegun, WorkItem? guilty, Exception? e)
    {
        var again = new List<WorkItem>();
        foreach (var item in begun.Concat(unbegun))
        {
            if (File.Exists(item.Plan!.File)) loop.Settle(item, new PictureDone { Job = item.Id.Job, Number = item.Id.Number, Seconds = 0 });
            else if (item.IsStopped || e is null) loop.Drop(item);
            else if (item == guilty) loop.Fail(item, e);
            else again.Add(item);
        }
        return again;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        drawing?.Dispose();
        drawing = null;
    }

    /// <summary>The plans of what waits, and then of what is ready whenever the last one is drawn.</summary>
    private sealed class Source(WorkLoop loop, IReadOnlyList<WorkItem> waiting, List<WorkItem> begun)
    {
        private readonly Queue<WorkItem> unbegun = new(waiting);

        public IEnumerable<WorkItem> Unbegun => unbegun;

        public WorkItem? Other { get; private set; }

        public IEnumerable<GenerationPlan> Plans()
        {
            while (Next() is { } item)
            {
                begun.Add(item);
                loop.Begin(item);
                yield return item.Plan!;
            }
        }

        private WorkItem? Next()
        {
            if (unbegun.TryDequeue(out var item)) return item;
            var next = loop.NextPicture(out var other);
            Other = other;
            return next;
        }
    }
}
