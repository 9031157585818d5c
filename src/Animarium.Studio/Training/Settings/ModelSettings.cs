namespace Animarium.Studio.Training.Settings;

/// <summary>Which weights are trained on: files, or names of the model library.</summary>
public sealed record ModelSettings
{
    /// <summary>The diffusion transformer; null: the first complete model of the library.</summary>
    public string? Transformer { get; init; }

    /// <summary>The Qwen3 text encoder; null: the one that belongs to the transformer.</summary>
    public string? TextEncoder { get; init; }

    /// <summary>The Qwen-Image VAE; null: the one that belongs to the transformer.</summary>
    public string? Vae { get; init; }

    /// <summary>The adapter between text encoder and transformer, where it is a file of its own; null: it is in the transformer's file.</summary>
    public string? LlmAdapter { get; init; }
}

/// <summary>What is trained and saved.</summary>
public sealed record AdapterSettings
{
    /// <summary><c>lora</c>, <c>loha</c>, <c>lokr</c>, or <c>none</c>: the model itself.</summary>
    public string Type { get; init; } = "lora";

    /// <summary>Rank of the factors.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>The change is multiplied by alpha / rank (rsLoRA: alpha / √rank).</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>The share of a layer's hidden values set to 0 in a step; null: none.</summary>
    public double? Dropout { get; init; }

    /// <summary>The share of ranks left out in a step; null: none.</summary>
    public double? RankDropout { get; init; }

    /// <summary>The share of layers left out in a step; null: none.</summary>
    public double? ModuleDropout { get; init; }

    /// <summary>Whether the transformer's layers are trained.</summary>
    public bool TrainTransformer { get; init; } = true;

    /// <summary>Whether the layers of the adapter between text encoder and transformer are trained, too.</summary>
    public bool TrainLlmAdapter { get; init; }

    /// <summary>Whether the layers of the text encoder are trained, too.</summary>
    public bool TrainTextEncoder { get; init; }

    /// <summary>Regular expressions of layers to leave out, each against the whole dotted name; null: kohya's (AdaLN, norms, embedders, last layer).</summary>
    public IReadOnlyList<string>? ExcludePatterns { get; init; }

    /// <summary>Regular expressions of layers to train although they are excluded; null: none.</summary>
    public IReadOnlyList<string>? IncludePatterns { get; init; }

    /// <summary>Regular expression → rank; the first that matches the whole dotted name counts; null: none.</summary>
    public IReadOnlyList<KeyValuePair<string, int>>? RankByPattern { get; init; }

    /// <summary>Regular expression → learning rate; the first that matches the whole dotted name counts; null: none.</summary>
    public IReadOnlyList<KeyValuePair<string, double>>? LearningRateByPattern { get; init; }

    /// <summary>LoRA+: the up factors' learning rate as a multiple of the down factors'; null: 1.</summary>
    public double? LoraplusRatio { get; init; }

    /// <summary>LoKr: how the layer's sides are split; null: as evenly as possible.</summary>
    public int? LokrFactor { get; init; }

    /// <summary>DoRA: whether length and direction of the weights are trained apart.</summary>
    public bool Dora { get; init; }

    /// <summary>Whether DoRA's norm takes part in the gradient: <c>detached</c> (the paper, PEFT) or <c>differentiated</c> (LyCORIS).</summary>
    public string DoraNorm { get; init; } = "detached";

    /// <summary>rsLoRA: whether the change is scaled by alpha / √rank.</summary>
    public bool Rslora { get; init; }

    /// <summary>T-LoRA: the rank left at full noise, growing to <see cref="Rank"/> without noise; null: all ranks everywhere.</summary>
    public int? TloraMinRank { get; init; }

    /// <summary>T-LoRA: a in rank(σ) = ⌊(1 − σ)^a (R − Rmin)⌋ + Rmin.</summary>
    public double TloraExponent { get; init; } = 1;

    /// <summary>The largest Frobenius norm of a layer's change; larger ones are scaled down after each step; null: no limit.</summary>
    public double? MaxNorm { get; init; }

    /// <summary>A LoRA file to start from; null: a fresh start.</summary>
    public string? ContinueFrom { get; init; }
}

/// <summary>Learning rates of parts of the transformer in full fine-tuning: null takes the base rate, 0 freezes.</summary>
public sealed record ComponentRates
{
    /// <summary>Self-attention.</summary>
    public double? SelfAttnLr { get; init; }

    /// <summary>Cross-attention.</summary>
    public double? CrossAttnLr { get; init; }

    /// <summary>The feed-forward layers.</summary>
    public double? MlpLr { get; init; }

    /// <summary>AdaLN modulations.</summary>
    public double? ModLr { get; init; }

    /// <summary>The adapter between text encoder and transformer.</summary>
    public double? LlmAdapterLr { get; init; }
}
