using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Run;

/// <summary>Something that happened in a training.</summary>
public abstract record TrainingEvent;

/// <summary>Work before the first step.</summary>
/// <param name="Kind"><c>latents</c> or <c>texts</c>.</param>
/// <param name="Done">How many are there.</param>
/// <param name="Total">How many are needed.</param>
public sealed record CachingStep(string Kind, int Done, int Total) : TrainingEvent;

/// <summary>Everything is ready; the first step comes next.</summary>
/// <param name="Plan">What will be done.</param>
/// <param name="Device">cpu, cuda:N or mps.</param>
/// <param name="Precision">fp32, bf16 or fp16.</param>
/// <param name="Layers">Layers that are trained.</param>
/// <param name="Parameters">Numbers that are trained.</param>
/// <param name="StepsDone">Steps that an earlier run did.</param>
public sealed record TrainingStarted(TrainingPlan Plan, string Device, string Precision, int Layers, long Parameters, long StepsDone) : TrainingEvent;

/// <summary>A step.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Steps">Of the whole run.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Of this step.</param>
/// <param name="SmoothLoss">Its moving average.</param>
/// <param name="LearningRate">Of the first group.</param>
/// <param name="GradientNorm">Before it was limited.</param>
/// <param name="Seconds">It took so long.</param>
/// <param name="Skipped">Whether loss or gradient was no number and nothing was changed.</param>
/// <param name="Memory">Bytes that the process has in memory.</param>
public sealed record TrainingStep(long Step, long Steps, int Epoch, double Loss, double SmoothLoss, double LearningRate, double GradientNorm, double Seconds, bool Skipped, long Memory) : TrainingEvent;

/// <summary>The loss at fixed noise levels with fixed noise.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">Mean over all levels and pictures.</param>
/// <param name="Levels">σ and the mean loss there.</param>
/// <param name="HeldBack">Whether the pictures are not trained on.</param>
public sealed record TrainingMeasured(long Step, double Loss, IReadOnlyList<(double Sigma, double Loss)> Levels, bool HeldBack) : TrainingEvent;

/// <summary>A file was written.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Path">The file.</param>
/// <param name="IsResult">Whether it is the end of the run.</param>
public sealed record CheckpointSaved(long Step, string Path, bool IsResult) : TrainingEvent;

/// <summary>Pictures were drawn.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Path">The sheet.</param>
public sealed record SamplesDrawn(long Step, string Path) : TrainingEvent;

/// <summary>Something a person should know.</summary>
/// <param name="Notice">What.</param>
public sealed record TrainingNotice(Notice Notice) : TrainingEvent;
