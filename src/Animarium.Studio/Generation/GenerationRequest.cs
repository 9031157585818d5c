using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Conduct;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Prompts;
using Animarium.Studio.Images;

namespace Animarium.Studio.Generation;

/// <summary>
/// Everything that decides a drawing: the one request of command line, pages and APIs. Each property is a knob of <see cref="Knobs"/>,
/// which knows its range, unit and help; the initial values here are the defaults of the official base model.
/// </summary>
/// <remarks>A <see cref="Settings"/> holds some of these.</remarks>
public sealed record GenerationRequest
{
    /// <summary>What to draw: tags, sentences, or both.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>What to stay away from.</summary>
    public string Negative { get; init; } = "";

    /// <summary>Seed of the first picture; picture k has seed + k. Null: chosen at random.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How many pictures.</summary>
    public int Count { get; init; } = 1;

    /// <summary>How many of them at once. More than <see cref="Count"/> raises that.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Pixels; the engine draws multiples of <see cref="Knobs.SizeStep"/>.</summary>
    public int Width { get; init; } = 1024;

    /// <summary>Pixels; the engine draws multiples of <see cref="Knobs.SizeStep"/>.</summary>
    public int Height { get; init; } = 1024;

    /// <summary>Steps of the sampler.</summary>
    public int Steps { get; init; } = 30;

    /// <summary>Guidance scale; 1 guides nothing and halves the time.</summary>
    public double Cfg { get; init; } = 4;

    /// <summary>The id of a <see cref="Diffusion.Sampling.Sampler"/>.</summary>
    public string Sampler { get; init; } = "er_sde";

    /// <summary>The id of a <see cref="Diffusion.Sampling.Schedule"/>.</summary>
    public string Scheduler { get; init; } = "simple";

    /// <summary>How strongly the steps are moved towards noise.</summary>
    public double Shift { get; init; } = 3;

    /// <summary>Factor on what stochastic samplers replace by fresh noise; 0 makes them deterministic.</summary>
    public double Eta { get; init; } = 1;

    /// <summary>Factor on the strength of that fresh noise.</summary>
    public double SNoise { get; init; } = 1;

    /// <summary>Which generator of random numbers the noise comes from.</summary>
    public NoiseSource Rng { get; init; } = NoiseSource.Cpu;

    /// <summary>Scale of normalised attention guidance, by which a negative prompt acts at CFG 1, too; 1 is off.</summary>
    public double Nag { get; init; } = 1;

    /// <summary>How many times its own norm a guided attention output may have.</summary>
    public double NagTau { get; init; } = 2.5;

    /// <summary>Share of the guided attention output, 0…1.</summary>
    public double NagAlpha { get; init; } = 0.5;

    /// <summary>How far the contrast of a guided prediction is brought back to that of the unguided one, 0…1.</summary>
    public double CfgRescale { get; init; }

    /// <summary>Where guidance begins, as a share of sampling, 0…1.</summary>
    public double GuidanceStart { get; init; }

    /// <summary>Where guidance ends, as a share of sampling, 0…1.</summary>
    public double GuidanceEnd { get; init; } = 1;

    /// <summary>Whose rules for brackets the prompts follow.</summary>
    public EmphasisDialect Emphasis { get; init; } = EmphasisDialect.Comfy;

    /// <summary>What an empty prompt means (docs/decisions/0002).</summary>
    public EmptyPrompt EmptyPrompt { get; init; } = EmptyPrompt.Masked;

    /// <summary>LoRAs, applied in order.</summary>
    public IReadOnlyList<LoraUse> Loras { get; init; } = [];

    /// <summary>A picture to start from, or null.</summary>
    public string? Init { get; init; }

    /// <summary>How much of <see cref="Init"/> is drawn anew, 0…1.</summary>
    public double Denoise { get; init; } = 0.6;

    /// <summary>A picture that is white where <see cref="Init"/> is drawn anew, or null.</summary>
    public string? Mask { get; init; }

    /// <summary>Black and white of the mask change places.</summary>
    public bool MaskInvert { get; init; }

    /// <summary>Standard deviation of the blur over the mask, in pixels.</summary>
    public double MaskBlur { get; init; } = 4;

    /// <summary>How much larger a second pass makes the picture; 1 is off.</summary>
    public double Hires { get; init; } = 1;

    /// <summary>How much of the enlarged picture is drawn anew, 0…1.</summary>
    public double HiresDenoise { get; init; } = 0.35;

    /// <summary>Steps of the second pass; 0: as many as the first.</summary>
    public int HiresSteps { get; init; }

    /// <summary>What is enlarged.</summary>
    public HiresUpscaler HiresUpscaler { get; init; } = HiresUpscaler.Pixels;

    /// <summary>A model's name, its diffusion transformer's file, or a folder; null: the first complete one found.</summary>
    public string? Model { get; init; }

    /// <summary>The VAE's file or name; null: the one that belongs to the model.</summary>
    public string? Vae { get; init; }

    /// <summary>The text encoder's file or name; null: the one that belongs to the model.</summary>
    public string? TextEncoder { get; init; }

    /// <summary>The type computed in.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>auto, cpu, cuda, cuda:N or mps.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Processor threads; 0: as many as there are cores.</summary>
    public int Threads { get; init; }

    /// <summary>Device memory that may be used, in GB (10⁹ bytes); 0: what there is.</summary>
    public double MemoryLimit { get; init; }

    /// <summary>Side of the tiles in which the VAE works, in pixels of the picture; 0: tiles only where the picture is large.</summary>
    public int VaeTile { get; init; }

    /// <summary>A file, or a folder; placeholders such as {seed} are filled in (<see cref="OutputNames"/>).</summary>
    public string Out { get; init; } = "pictures";

    /// <summary>The picture format; null: by the name of <see cref="Out"/>, otherwise PNG.</summary>
    public PictureFormat? Format { get; init; }

    /// <summary>1…100 for lossy formats; 100 makes WebP lossless.</summary>
    public int Quality { get; init; } = 90;

    /// <summary>How far a picture may go.</summary>
    public Rating Rating { get; init; } = Rating.Safe;

    /// <summary>Pixels after the second pass, if there is one: multiples of <see cref="Knobs.SizeStep"/>, too.</summary>
    public (int Width, int Height) FinalSize => Hires > 1 ? (RequestChecks.Rounded(Width * Hires), RequestChecks.Rounded(Height * Hires)) : (Width, Height);

    /// <summary>How many pictures are drawn in all.</summary>
    public int Pictures => Math.Max(Count, Batch);
}
