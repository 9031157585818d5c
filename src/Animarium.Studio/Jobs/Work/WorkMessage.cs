using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Animarium.Studio.Jobs.Work;

/// <summary>What a worker is told. Everything it needs is in the message: it knows no database.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(GetReady), "ready")]
[JsonDerivedType(typeof(DrawPicture), "draw")]
[JsonDerivedType(typeof(NamePicture), "name")]
[JsonDerivedType(typeof(Train), "train")]
[JsonDerivedType(typeof(Evaluate), "evaluate")]
[JsonDerivedType(typeof(StopJob), "stop")]
public abstract record WorkMessage
{
    /// <summary>The job.</summary>
    public required long Job { get; init; }
}

/// <summary>Open the model of which pictures may soon be wanted. It is not answered; what is wrong with it shows when a picture is drawn.</summary>
public sealed record GetReady : WorkMessage
{
    /// <summary>As of <see cref="DrawPicture"/>.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>As of <see cref="DrawPicture"/>.</summary>
    public JsonObject Usual { get; init; } = [];
}

/// <summary>Draw a picture. It is answered by exactly one of <see cref="PictureDone"/>, <see cref="WorkFailed"/> and <see cref="WorkDropped"/>.</summary>
public sealed record DrawPicture : WorkMessage
{
    /// <summary>The picture's number in the job, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>What was said about it, by the keys of the knobs; with a seed.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>What holds where neither the settings nor the model say otherwise.</summary>
    public JsonObject Usual { get; init; } = [];

    /// <summary>Its file; null: the worker proposes a name (<see cref="PicturePlanned"/>) and is told (<see cref="NamePicture"/>).</summary>
    public string? Path { get; init; }
}

/// <summary>The name of a picture's file, written down before the picture is.</summary>
public sealed record NamePicture : WorkMessage
{
    /// <summary>The picture's number in the job.</summary>
    public required int Number { get; init; }

    /// <summary>Its file.</summary>
    public required string Path { get; init; }
}

/// <summary>Train. It is answered by exactly one of <see cref="TrainingDone"/>, <see cref="WorkFailed"/> and <see cref="WorkDropped"/>.</summary>
public sealed record Train : WorkMessage
{
    /// <summary>A folder with pictures, or a file of settings.</summary>
    public required string Source { get; init; }

    /// <summary>The name of a preset, or null.</summary>
    public string? Goal { get; init; }

    /// <summary>The word that stands for what is learned, or null.</summary>
    public string? Trigger { get; init; }

    /// <summary><c>key=value</c>, over everything else.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>The folder in which the run's own folder is made.</summary>
    public required string Runs { get; init; }

    /// <summary>The folder of the run to go on with, where there is one.</summary>
    public string? Resume { get; init; }

    /// <summary>Whether only a step is measured: told as <c>forecast</c>, and nothing is kept.</summary>
    public bool Measures { get; init; }
}

/// <summary>Compare the checkpoints of a run. It is answered as <see cref="Train"/> is.</summary>
public sealed record Evaluate : WorkMessage
{
    /// <summary>The run's folder.</summary>
    public required string Run { get; init; }
}

/// <summary>Let go of everything of a job, within a step.</summary>
public sealed record StopJob : WorkMessage;
