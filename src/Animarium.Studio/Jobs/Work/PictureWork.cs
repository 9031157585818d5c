using Animarium.Studio.Generation;
using Animarium.Studio.Images;

namespace Animarium.Studio.Jobs.Work;

/// <summary>Draws the pictures that are ready, as one run as long as they follow each other.</summary>
internal sealed class PictureWork(WorkLoop loop, WorkTools tools) : IDisposable
{
    private const int PreviewQuality = 70;

    private Drawing? drawing;

    /// <summary>Opens the model of a plan.</summary>
    public void Prepare(GenerationPlan plan) => Tool().Prepare(plan);

    /// <summary>Draws a picture and those that are ready behind it.</summary>
    /// <returns>What came that is no picture, if it did.</returns>
    public WorkItem? Draw(WorkItem first, CancellationToken cancellation)
    {
        var source = new Source(loop, first, follows: true);
        // Of several that were under way when something went wrong, any may be to blame: alone, each shows it.
        foreach (var item in Run(source, cancellation)) Run(new(loop, item, follows: false), cancellation);
        return source.Other;
    }

    /// <summary>Draws until nothing is ready or something goes wrong.</summary>
    /// <returns>What has to be done again.</returns>
    private List<WorkItem> Run(Source source, CancellationToken cancellation)
    {
        var begun = source.Begun;
        try
        {
            foreach (var happened in Tool().Draw(source.Plans(), cancellation))
                if (Report(happened, begun[^1], begun[0])) begun.RemoveAt(0);
            return [];
        }
        catch (Exception e)
        {
            var again = begun.Where(item => !IsSettled(item, e)).ToList();
            if (again is not [var guilty]) return again;
            loop.Fail(guilty, e);
            return [];
        }
    }

    private Drawing Tool() => drawing ??= new(tools.Hashes, tools.Time) { PreviewInterval = WorkTools.PreviewInterval };

    /// <summary>After an interruption: what is in its file is finished, whatever was told of it.</summary>
    private bool IsSettled(WorkItem item, Exception e)
    {
        if (File.Exists(item.Plan!.File)) loop.Settle(item, new PictureDone { Job = item.Id.Job, Number = item.Id.Number, Seconds = 0 });
        else if (item.IsStopped || e is OperationCanceledException) loop.Drop(item);
        else return false;
        return true;
    }

    /// <summary>Tells what happened.</summary>
    /// <returns>Whether the oldest picture is finished.</returns>
    private bool Report(DrawingEvent happened, WorkItem drawn, WorkItem oldest)
    {
        switch (happened)
        {
            case DrawingStep step:
                byte[]? preview = step.Preview is { } picture ? PictureFile.Encode(picture, PictureFormat.Jpeg, PreviewQuality).File : null;
                loop.Tell(new PictureStep { Job = drawn.Id.Job, Number = drawn.Id.Number, Pass = step.Pass, Step = step.Step, Steps = step.Steps, Seconds = step.Seconds, Preview = preview });
                return false;
            case DrawingNotice { Notice: var notice }:
                loop.Tell(new WorkNotice { Job = drawn.Id.Job, Number = drawn.Id.Number, Code = notice.Code, Message = notice.Message });
                return false;
            case DrawingSaved saved:
                loop.Settle(oldest, new PictureDone { Job = oldest.Id.Job, Number = oldest.Id.Number, Seconds = saved.Seconds });
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        drawing?.Dispose();
        drawing = null;
    }

    /// <summary>The plan of a picture, and then of what is ready whenever the last one is drawn.</summary>
    private sealed class Source(WorkLoop loop, WorkItem first, bool follows)
    {
        private WorkItem? other;

        /// <summary>What was begun and is not settled, in order.</summary>
        public List<WorkItem> Begun { get; } = [];

        /// <summary>What came that is no picture.</summary>
        public WorkItem? Other => other;

        public IEnumerable<GenerationPlan> Plans()
        {
            for (var item = first; item is not null; item = follows ? loop.NextPicture(out other) : null)
            {
                Begun.Add(item);
                loop.Begin(item);
                yield return item.Plan!;
            }
        }
    }
}
