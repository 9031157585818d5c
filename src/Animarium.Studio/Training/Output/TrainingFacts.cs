using Animarium.Diffusion.Weights;
using Animarium.Studio.Datasets;
using Animarium.Studio.Images;

namespace Animarium.Studio.Training.Output;

/// <summary>What a LoRA's metadata says about its training. A null is written as sd-scripts writes what was not set: <c>None</c>.</summary>
public sealed record TrainingFacts
{
    /// <summary>Says which files come from the same run: any number.</summary>
    public required long SessionId { get; init; }

    /// <summary>When the run began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When this file was made, in the zone whose clock <c>modelspec.date</c> shows.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>The file's name without extension.</summary>
    public required string OutputName { get; init; }

    /// <summary>The person's own words.</summary>
    public string? Comment { get; init; }

    /// <summary>Seed of the run.</summary>
    public long? Seed { get; init; }

    /// <summary>The transformer it was trained on.</summary>
    public ModelFile? BaseModel { get; init; }

    /// <summary>The VAE that made the latents.</summary>
    public ModelFile? Vae { get; init; }

    /// <summary>The adapter.</summary>
    public required NetworkFacts Network { get; init; }

    /// <summary>Optimizer, schedule and precision.</summary>
    public required OptimizationFacts Optimization { get; init; }

    /// <summary>Loss and noise levels.</summary>
    public LossFacts Loss { get; init; } = new();

    /// <summary>How far the run was when this file was made.</summary>
    public required ProgressFacts Progress { get; init; }

    /// <summary>The pictures, at least one dataset.</summary>
    public required IReadOnlyList<DatasetFacts> Datasets { get; init; }

    /// <summary>What shelves and sites show.</summary>
    public PublicationFacts Publication { get; init; } = new();
}

/// <summary>A model file that was used.</summary>
/// <param name="Path">Where it lies; only its name is written.</param>
/// <param name="Hash">Its hashes; null: unknown.</param>
public sealed record ModelFile(string Path, FileHash? Hash);

/// <summary>The adapter that was trained.</summary>
/// <param name="Module">As sd-scripts calls it: <c>networks.lora_anima</c>, <c>lycoris.kohya</c>.</param>
/// <param name="Rank">Inner size of most layers.</param>
/// <param name="Alpha">The scale's numerator.</param>
public sealed record NetworkFacts(string Module, int Rank, double Alpha)
{
    /// <summary>Share of the inner values dropped while training.</summary>
    public double? Dropout { get; init; }

    /// <summary>Further arguments by name, such as <c>algo</c> or <c>rank_dropout</c>.</summary>
    public IReadOnlyDictionary<string, string> Args { get; init; } = new Dictionary<string, string>();

    /// <summary>The largest norm that a layer's change may have.</summary>
    public double? MaxNorm { get; init; }
}

/// <summary>Optimizer, schedule and precision.</summary>
/// <param name="LearningRate">The rate of everything without one of its own.</param>
/// <param name="Optimizer">Its name and arguments: <c>AdamW(weight_decay=0.01)</c>.</param>
/// <param name="Scheduler">Name of the schedule.</param>
public sealed record OptimizationFacts(double LearningRate, string Optimizer, string Scheduler)
{
    /// <summary>The transformer's rate.</summary>
    public double? TransformerRate { get; init; }

    /// <summary>The text encoder's rate; null: it was not trained.</summary>
    public double? TextEncoderRate { get; init; }

    /// <summary>Steps in which the rate rises.</summary>
    public int? WarmupSteps { get; init; }

    /// <summary>Length to which the gradient is cut; null: it is not.</summary>
    public double? MaxGradNorm { get; init; }

    /// <summary>Batches whose gradients make one step.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>Whether activations were computed twice to save memory.</summary>
    public bool Checkpointing { get; init; }

    /// <summary><c>bf16</c>, <c>fp16</c> or <c>no</c>.</summary>
    public string MixedPrecision { get; init; } = "no";
}

/// <summary>Loss and noise levels.</summary>
public sealed record LossFacts
{
    /// <summary><c>l2</c>, <c>l1</c>, <c>huber</c> or <c>smooth_l1</c>.</summary>
    public string Type { get; init; } = "l2";

    /// <summary>Huber's threshold; null where it has no effect.</summary>
    public double? HuberC { get; init; }

    /// <summary>Huber's factor.</summary>
    public double? HuberScale { get; init; }

    /// <summary>How the threshold follows the noise level.</summary>
    public string? HuberSchedule { get; init; }

    /// <summary>Weight of the loss over σ.</summary>
    public string WeightingScheme { get; init; } = "uniform";

    /// <summary>How σ is drawn.</summary>
    public string TimestepSampling { get; init; } = "sigmoid";

    /// <summary>Width of the sigmoid.</summary>
    public double SigmoidScale { get; init; } = 1;

    /// <summary>Shift towards more noise.</summary>
    public double FlowShift { get; init; } = 1;

    /// <summary>Mean of the logit-normal distribution.</summary>
    public double LogitMean { get; init; }

    /// <summary>Its standard deviation.</summary>
    public double LogitStd { get; init; } = 1;

    /// <summary>Scale of the mode weighting.</summary>
    public double ModeScale { get; init; } = 1.29;

    /// <summary>Noise added to the noisy latents.</summary>
    public double? InputPerturbation { get; init; }

    /// <summary>Weight of the regularisation pictures' loss.</summary>
    public double PriorLossWeight { get; init; } = 1;
}

/// <summary>How far the run was.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="Epoch">Epochs done, the running one counted.</param>
/// <param name="Epochs">Epochs of the whole run.</param>
/// <param name="BatchesPerEpoch">Batches of an epoch.</param>
public sealed record ProgressFacts(int Step, int Steps, int Epoch, int Epochs, int BatchesPerEpoch);

/// <summary>A dataset with what was found in it.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="Pictures">Different pictures of each subset, in their order.</param>
public sealed record DatasetFacts(DatasetSettings Settings, IReadOnlyList<int> Pictures)
{
    /// <summary>Pictures that are measured, not trained on.</summary>
    public int ValidationPictures { get; init; }

    /// <summary>Each bucket's size and pictures, repeats counted; empty: not known.</summary>
    public IReadOnlyList<(int Width, int Height, int Count)> Buckets { get; init; } = [];

    /// <summary>Mean distance between the proportions of pictures and of their buckets.</summary>
    public double? MeanRatioError { get; init; }

    /// <summary>How often each tag occurs, by the name of its folder.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> TagFrequency { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, int>>();
}

/// <summary>What shelves and sites show about the file.</summary>
public sealed record PublicationFacts
{
    /// <summary>Null: the output name.</summary>
    public string? Title { get; init; }

    /// <summary>Who made it.</summary>
    public string? Author { get; init; }

    /// <summary>What it draws; Markdown is welcome.</summary>
    public string? Description { get; init; }

    /// <summary>A licence's name or text.</summary>
    public string? License { get; init; }

    /// <summary>Tags, separated by commas.</summary>
    public string? Tags { get; init; }

    /// <summary>The words that call it.</summary>
    public string? TriggerPhrase { get; init; }

    /// <summary>A picture made with it; stored small, as a JPEG in the header.</summary>
    public Picture? Thumbnail { get; init; }
}
