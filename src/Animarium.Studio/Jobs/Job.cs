namespace Animarium.Studio.Jobs;

/// <summary>Where a job is in its life.</summary>
public enum JobState
{
    /// <summary>Its turn has not come, or comes again after a restart.</summary>
    Waiting,

    /// <summary>Something of it is being made.</summary>
    Running,

    /// <summary>A person stopped it for now, or it ran into something that a person has to mend: <see cref="Job.Message"/> says what.</summary>
    Paused,

    /// <summary>Everything of it is made.</summary>
    Done,

    /// <summary>Everything was tried, and not all of it could be made.</summary>
    Failed,

    /// <summary>A person does not want the rest of it.</summary>
    Cancelled,
}

/// <summary>What kind of work a job is.</summary>
public enum JobKind
{
    /// <summary>Pictures.</summary>
    Draw,

    /// <summary>A LoRA.</summary>
    Train,

    /// <summary>Pictures of a folder into the gallery.</summary>
    Import,

    /// <summary>The checkpoints of a training, drawn and compared.</summary>
    Evaluate,
}

/// <summary>An order of a person and how far it is. A record of one moment: <see cref="JobFeed"/> tells the next.</summary>
/// <param name="Id">Its number; never used twice.</param>
/// <param name="Kind">What kind of work it is; <see cref="JobQueue.OrderOf"/> has the order itself.</param>
/// <param name="Title">A few words by which a person knows it again.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Priority">Higher ones come first.</param>
/// <param name="Position">Among equal priorities, lower ones come first.</param>
/// <param name="Total">Pictures, steps or files in all; 0 while nobody knows.</param>
/// <param name="Done">How many of them are made.</param>
/// <param name="Failed">How many of them cannot be made.</param>
/// <param name="Folder">The run of a training or an evaluation, once it has one.</param>
/// <param name="Message">Why it is paused or failed, in words; usually null.</param>
/// <param name="Created">When it was ordered.</param>
/// <param name="Started">When its first work began.</param>
/// <param name="Ended">When it was done, failed or cancelled.</param>
public sealed record Job(
    long Id, JobKind Kind, string Title, JobState State, int Priority, long Position, int Total, int Done, int Failed, string? Folder, string? Message,
    DateTimeOffset Created, DateTimeOffset? Started, DateTimeOffset? Ended)
{
    /// <summary>Whether it is one piece of work that has the worker to itself, rather than pictures one after the other.</summary>
    internal bool IsWhole => Kind is JobKind.Train or JobKind.Evaluate;

    /// <summary>Whether it is done, failed or cancelled.</summary>
    public bool IsOver => State is JobState.Done or JobState.Failed or JobState.Cancelled;
}

/// <summary>A picture of a job.</summary>
/// <param name="Number">Its number in the job, from 0.</param>
/// <param name="State"><c>open</c>, <c>saved</c> or <c>failed</c>.</param>
/// <param name="Path">Its file, fixed before it is drawn.</param>
/// <param name="Gallery">Its number in the gallery, once it is there.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Message">Why it failed.</param>
public sealed record JobPicture(int Number, string State, string? Path, long? Gallery, double? Seconds, string? Message);
