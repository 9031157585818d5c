using System.Text.Json;
using Animarium.Studio.Generation;
using Animarium.Studio.Jobs;
using Animarium.Studio.Plans;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Animarium.Web.Queue;

/// <summary>An order: exactly one of settings, plan, train and import.</summary>
public sealed record JobRequest
{
    /// <summary>Pictures with the same settings and consecutive seeds; <c>count</c> says how many.</summary>
    public DrawSettings? Settings { get; init; }

    /// <summary>Many pictures: docs/api.md describes plans.</summary>
    public JsonElement? Plan { get; init; }

    /// <summary>A training.</summary>
    public TrainRequest? Train { get; init; }

    /// <summary>The pictures of a folder into the gallery.</summary>
    public ImportRequest? Import { get; init; }

    /// <summary>Higher ones come first; usually 0.</summary>
    public int Priority { get; init; }

    /// <summary>The order.</summary>
    /// <exception cref="RefusedException">Not exactly one is said.</exception>
    /// <exception cref="SettingException">It cannot be understood.</exception>
    internal JobOrder Order()
    {
        if (new object?[] { Settings, Plan, Train, Import }.Count(part => part is not null) != 1) throw new RefusedException(StatusCodes.Status400BadRequest, "orders", ApiText.Say("Orders"));
        if (Settings is { Value: var settings }) return DrawOrder.Of(settings, Random.Shared);
        if (Plan is { } plan) return new DrawOrder(PlanJson.Read(plan));
        return Train is { } train ? new TrainOrder(train.Source, train.Goal, train.Trigger, train.Set) : new ImportOrder(Import!.Folder);
    }
}

/// <summary>A training, as <c>animarium train</c> takes it.</summary>
/// <param name="Source">A folder with pictures, or a file of settings; within the folders that requests may name.</param>
/// <param name="Goal">The name of a preset, or null.</param>
/// <param name="Trigger">The word that stands for what is learned, or null.</param>
public sealed record TrainRequest(string Source, string? Goal = null, string? Trigger = null)
{
    /// <summary><c>key=value</c>, over everything else.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];
}

/// <summary>An import.</summary>
/// <param name="Folder">Within the folders that requests may name.</param>
public sealed record ImportRequest(string Folder);

/// <summary>Where a job goes in the list.</summary>
/// <param name="Before">The job it stands before; null: behind all of its priority.</param>
public sealed record MoveRequest(long? Before);

/// <summary>How urgent a job is.</summary>
/// <param name="Priority">Higher ones come first.</param>
public sealed record PriorityRequest(int Priority);

/// <summary>Pictures to be taken out of a job.</summary>
public sealed record TrimRequest
{
    /// <summary>Some that follow each other.</summary>
    public IReadOnlyList<NumberRange> Ranges { get; init; } = [];

    /// <summary>All with one value of an axis.</summary>
    public IReadOnlyList<AxisValue> Values { get; init; } = [];
}

/// <summary>Pictures that follow each other.</summary>
/// <param name="First">Number of the first, from 0.</param>
/// <param name="Last">Number of the last.</param>
public sealed record NumberRange(int First, int Last);

/// <summary>A value of an axis.</summary>
/// <param name="Axis">The axis's name.</param>
/// <param name="Value">The value as the plan writes it.</param>
public sealed record AxisValue(string Axis, string Value);

/// <summary>More pictures.</summary>
/// <param name="Count">Of every cell.</param>
public sealed record ExtendRequest(int Count);
