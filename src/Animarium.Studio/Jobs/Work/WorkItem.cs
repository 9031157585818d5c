using Animarium.Studio.Generation;

namespace Animarium.Studio.Jobs.Work;

/// <summary>A piece of work at a worker, from the message that brought it to the report that ends it.</summary>
internal sealed class WorkItem(WorkId id, WorkMessage message)
{
    private volatile bool stopped;

    public WorkId Id => id;

    public WorkMessage Message => message;

    /// <summary>Of a picture, once it is planned.</summary>
    public GenerationPlan? Plan { get; set; }

    /// <summary>Whether nobody wants it any more.</summary>
    public bool IsStopped => stopped;

    public void Stop() => stopped = true;
}
