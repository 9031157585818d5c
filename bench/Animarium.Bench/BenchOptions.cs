using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>What to measure with.</summary>
public sealed record BenchOptions
{
    /// <summary>Where the full-size model with random weights is made, 5.7 GB; by default in the system's folder for temporary files.</summary>
    public string Folder { get; init; } = Path.Combine(Path.GetTempPath(), "animarium-bench");

    /// <summary>Whether the model stays there for the next run.</summary>
    public bool Keep { get; init; }

    /// <summary>Types of the computation, where a measure has one for each.</summary>
    public IReadOnlyList<ScalarType> Types { get; init; } = [ScalarType.BFloat16, ScalarType.Float32];

    /// <summary>Sides of the picture in pixels, multiples of 16.</summary>
    public int Size { get; init; } = 512;

    /// <summary>Pictures at once, where a measure has one for each.</summary>
    public IReadOnlyList<int> Batches { get; init; } = [1, 2];

    /// <summary>Repetitions, after one that doesn't count.</summary>
    public int Repetitions { get; init; } = 3;

    /// <summary>A complete small model for the measure <c>outside</c>: a folder in the official layout, or its name in the library.</summary>
    public string SmallModel { get; init; } = "anima-mini";
}
