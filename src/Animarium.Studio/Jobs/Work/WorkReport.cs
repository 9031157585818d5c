using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Animarium.Studio.Jobs.Work;

/// <summary>What a worker tells.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(WorkerReady), "ready")]
[JsonDerivedType(typeof(PicturePlanned), "planned")]
[JsonDerivedType(typeof(PictureStep), "step")]
[JsonDerivedType(typeof(PictureDone), "saved")]
[JsonDerivedType(typeof(TrainingTold), "training")]
[JsonDerivedType(typeof(TrainingDone), "trained")]
[JsonDerivedType(typeof(WorkNotice), "notice")]
[JsonDerivedType(typeof(WorkFailed), "failed")]
[JsonDerivedType(typeof(WorkDropped), "dropped")]
public abstract record WorkReport;

/// <summary>It can be sent work.</summary>
/// <param name="Process">Its process.</param>
public sealed record WorkerReady(int Process) : WorkReport;

/// <summary>A report on a piece of work.</summary>
public abstract record WorkOn : WorkReport
{
    /// <summary>The job.</summary>
    public required long Job { get; init; }

    /// <summary>The picture's number in it; 0 for a training or an evaluation.</summary>
    public int Number { get; init; }

    /// <summary>Both.</summary>
    [JsonIgnore]
    public WorkId Id => new(Job, Number);
}

/// <summary>A picture can be drawn, and waits for its name.</summary>
public sealed record PicturePlanned : WorkOn
{
    /// <summary>The name it would have; others with -2, -3, … do as well.</summary>
    public required string Path { get; init; }
}

/// <summary>A step was made.</summary>
public sealed record PictureStep : WorkOn
{
    /// <summary>1, or 2 for the second pass at a higher resolution.</summary>
    public required int Pass { get; init; }

    /// <summary>Steps of this pass done so far.</summary>
    public required int Step { get; init; }

    /// <summary>Steps of this pass in all.</summary>
    public required int Steps { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>What the picture will look like, as a small JPEG; null for most steps.</summary>
    public byte[]? Preview { get; init; }
}

/// <summary>A picture is in its file.</summary>
public sealed record PictureDone : WorkOn
{
    /// <summary>From its first step on.</summary>
    public required double Seconds { get; init; }
}

/// <summary>Something happened in a training or an evaluation.</summary>
public sealed record TrainingTold : WorkOn
{
    /// <summary>As <c>animarium train --json</c> calls it.</summary>
    public required string Kind { get; init; }

    /// <summary>Its values.</summary>
    public required JsonObject Facts { get; init; }
}

/// <summary>A training or an evaluation came to its end.</summary>
public sealed record TrainingDone : WorkOn;

/// <summary>Something a person should know about a piece of work.</summary>
public sealed record WorkNotice : WorkOn
{
    /// <summary>For programs.</summary>
    public required string Code { get; init; }

    /// <summary>For people.</summary>
    public required string Message { get; init; }
}

/// <summary>A piece of work cannot be done.</summary>
public sealed record WorkFailed : WorkOn
{
    /// <summary>The code of a failure about writing: a full disk, no permission. It is not the work's fault.</summary>
    public const string Output = "output";

    /// <summary>For programs, as the command line has them: <c>usage</c>, <c>input</c>, <c>output</c>, <c>refused</c>, …</summary>
    public required string Code { get; init; }

    /// <summary>For people.</summary>
    public required string Message { get; init; }
}

/// <summary>A piece of work was let go of because it was asked for; a training can be gone on with.</summary>
public sealed record WorkDropped : WorkOn;
