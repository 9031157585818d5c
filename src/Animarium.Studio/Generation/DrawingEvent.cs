using Animarium.Studio.Images;

namespace Animarium.Studio.Generation;

/// <summary>What happens while a plan is drawn.</summary>
public abstract record DrawingEvent;

/// <summary>The model of a plan is loaded, and the plan's first picture comes next.</summary>
/// <param name="Request">What is drawn.</param>
/// <param name="Device">cpu, cuda:N or mps.</param>
/// <param name="Precision">fp32, bf16 or fp16.</param>
public sealed record DrawingStarted(GenerationRequest Request, string Device, string Precision) : DrawingEvent;

/// <summary>Something the person should know.</summary>
/// <param name="Notice">What.</param>
public sealed record DrawingNotice(Notice Notice) : DrawingEvent;

/// <summary>A step was made for all pictures of a batch.</summary>
/// <param name="Picture">Number of the batch's first picture, from 1.</param>
/// <param name="Last">Number of its last picture.</param>
/// <param name="Pass">1, or 2 for the second pass at a higher resolution.</param>
/// <param name="Step">Steps of this pass done so far.</param>
/// <param name="Steps">Steps of this pass in all.</param>
/// <param name="Seconds">How long the step took.</param>
public sealed record DrawingStep(int Picture, int Last, int Pass, int Step, int Steps, double Seconds) : DrawingEvent
{
    /// <summary>What the batch's first picture will look like, at 1/8 of its size; null where nobody asked or the last one is recent.</summary>
    public Picture? Preview { get; init; }
}

/// <summary>A picture is in its file.</summary>
/// <param name="Planned">What was drawn.</param>
/// <param name="Path">The file.</param>
/// <param name="Picture">Its pixels.</param>
/// <param name="Seconds">From the batch's first step to the picture, shared among its pictures.</param>
public sealed record DrawingSaved(PlannedPicture Planned, string Path, Picture Picture, double Seconds) : DrawingEvent
{
    /// <summary>The picture's own request, with its seed.</summary>
    public GenerationRequest Request => Planned.Request;

    /// <summary>Its number, from 1.</summary>
    public int Number => Planned.Index;
}
