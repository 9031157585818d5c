using System.Text.Json.Nodes;

namespace Animarium.Studio.Jobs;

/// <summary>Something that happened to jobs.</summary>
public abstract record JobEvent;

/// <summary>A job was ordered, or its state, progress or place is another.</summary>
/// <param name="Job">As it is now.</param>
public sealed record JobChanged(Job Job) : JobEvent;

/// <summary>A job was taken off the list.</summary>
/// <param name="JobId">Its number.</param>
public sealed record JobRemoved(long JobId) : JobEvent;

/// <summary>A step of a picture was made.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Picture">The picture's number in it, from 0.</param>
/// <param name="Pass">1, or 2 for the second pass at a higher resolution.</param>
/// <param name="Step">Steps of this pass done so far.</param>
/// <param name="Steps">Steps of this pass in all.</param>
/// <param name="Seconds">How long the step took.</param>
/// <param name="Preview">What the picture will look like, as a small JPEG; null for most steps.</param>
public sealed record JobStep(long JobId, int Picture, int Pass, int Step, int Steps, double Seconds, byte[]? Preview) : JobEvent;

/// <summary>A picture is in its file and in the gallery.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Picture">The picture's number in it, from 0.</param>
/// <param name="Path">The file.</param>
/// <param name="Gallery">Its number in the gallery; null where it could not be entered.</param>
/// <param name="Seconds">How long it took; 0 where it was found finished after a restart.</param>
public sealed record JobPictureSaved(long JobId, int Picture, string Path, long? Gallery, double Seconds) : JobEvent;

/// <summary>A picture cannot be made; the job goes on with the others.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Picture">The picture's number in it, from 0.</param>
/// <param name="Message">Why, and what to do.</param>
public sealed record JobPictureFailed(long JobId, int Picture, string Message) : JobEvent;

/// <summary>Something a person should know.</summary>
/// <param name="JobId">The job it is about; null: none in particular.</param>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
public sealed record JobNotice(long? JobId, string Code, string Message) : JobEvent;

/// <summary>Something happened in a training, as <c>animarium train --json</c> tells it.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Kind"><c>caching</c>, <c>start</c>, <c>step</c>, <c>measured</c>, <c>samples</c>, <c>checkpoint</c> or <c>result</c>.</param>
/// <param name="Facts">Its values; shared by all who watch, so nobody changes it.</param>
public sealed record JobTraining(long JobId, string Kind, JsonObject Facts) : JobEvent;

/// <summary>A reader was so slow that events were left out: what it shows has to be read anew from the <see cref="JobQueue"/>.</summary>
public sealed record FeedGap : JobEvent;
