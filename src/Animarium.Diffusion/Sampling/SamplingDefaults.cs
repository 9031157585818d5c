namespace Animarium.Diffusion.Sampling;

/// <summary>What a family of checkpoints is sampled with when nothing else is said.</summary>
/// <param name="Sampler">The id of a <see cref="Sampling.Sampler"/>.</param>
/// <param name="Schedule">The id of a <see cref="Sampling.Schedule"/>.</param>
/// <param name="Steps">The number of steps.</param>
/// <param name="Cfg">The guidance scale; 1 guides nothing.</param>
public sealed record SamplingDefaults(string Sampler, string Schedule, int Steps, double Cfg)
{
    /// <summary>The base model.</summary>
    public static SamplingDefaults Base { get; } = new("er_sde", "simple", 30, 4);

    /// <summary>Checkpoints distilled for few steps.</summary>
    public static SamplingDefaults Turbo { get; } = new("euler", "simple", 8, 1);
}
