namespace Animarium.Studio.Generation;

/// <summary>What happens while a plan is drawn.</summary>
public abstract record DrawingEvent;

/// <summary>Something the person should know.</summary>
/// <param name="Notice">What.</param>
public sealed record NoticeGiven(Notice Notice) : DrawingEvent;

/// <summary>A step was made for all pictures of a batch.</summary>
/// <param name="First">Number of the batch's first picture, from 1.</param>
/// <param name="Last">Number of its last picture.</param>
/// <param name="Step">Steps of this batch done so far, both passes together, from 1.</param>
/// <param name="Steps">Steps of this batch in all.</param>
/// <param name="Pass">1, or 2 for the second pass at a higher resolution.</param>
/// <param name="Seconds">How long the step took.</param>
public sealed record StepMade(int First, int Last, int Step, int Steps, int Pass, double Seconds) : DrawingEvent;

/// <summary>A picture is in its file.</summary>
/// <param name="Picture">What was drawn.</param>
/// <param name="Path">The file.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Seconds">From the batch's first step to the picture, shared among its pictures.</param>
public sealed record PictureSaved(PlannedPicture Picture, string Path, int Width, int Height, double Seconds) : DrawingEvent;
