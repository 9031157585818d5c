namespace Animarium.Diffusion.Training.Adapters;

/// <summary>How the change of a layer is parametrised while it is trained.</summary>
public enum AdapterKind
{
    /// <summary>up · down (Hu et al. 2021)</summary>
    Lora,
    /// <summary>LoRA whose sum with the weight is brought to a learned magnitude (DoRA, Liu et al. 2024)</summary>
    Dora,
    /// <summary>Hadamard product of two low-rank matrices (FedPara, Hyeon-Woo et al. 2022)</summary>
    Loha,
    /// <summary>Kronecker product (LyCORIS, Yeh et al. 2024)</summary>
    Lokr,
    /// <summary>Rotations of blocks of rows (diag-OFT, Qiu et al. 2023)</summary>
    Oft,
    /// <summary>A factor for each row (IA³, Liu et al. 2022)</summary>
    Ia3,
}

/// <summary>What is trained beside the frozen model, and at which rates. The defaults are kohya's: LoRA on the 10 linear layers of every transformer block.</summary>
public sealed record AdapterOptions
{
    /// <summary>The parametrisation of every layer.</summary>
    public AdapterKind Kind { get; init; } = AdapterKind.Lora;

    /// <summary>Inner size of the factors; for <see cref="AdapterKind.Oft"/> the wished side of a block. At least 1.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>The change is multiplied by alpha / rank; null: alpha is the rank. For <see cref="AdapterKind.Oft"/> the constraint on ‖Q‖ for each row; null: none.</summary>
    public double? Alpha { get; init; }

    /// <summary>Divides alpha by √rank instead of by the rank (rsLoRA, Kalajdzievski 2023).</summary>
    public bool RankStabilized { get; init; }

    /// <summary>Probability with which an activation between the factors is dropped, 0 … 1 (exclusive).</summary>
    public double Dropout { get; init; }

    /// <summary>Probability with which a rank is dropped for a whole picture, 0 … 1 (exclusive).</summary>
    public double RankDropout { get; init; }

    /// <summary>Probability with which a layer's change is left out of a step, 0 … 1 (exclusive).</summary>
    public double ModuleDropout { get; init; }

    /// <summary>T-LoRA (Soboleva et al. 2025): at sigma 1 only so many ranks of the transformer's layers are trained, at sigma 0 all; null: all, always.</summary>
    public int? MinRank { get; init; }

    /// <summary>Exponent a of T-LoRA's ⌊(1 − σ)ᵃ · (rank − min)⌋ + min; above 0.</summary>
    public double MinRankExponent { get; init; } = 1;

    /// <summary>Trains the projections of the timestep to shift, scale and gate as well.</summary>
    public bool TrainModulation { get; init; }

    /// <summary>Trains the blocks of the text adapter as well.</summary>
    public bool TrainTextAdapter { get; init; }

    /// <summary>Trains the text encoder as well.</summary>
    public bool TrainTextEncoder { get; init; }

    /// <summary>Trains the transformer.</summary>
    public bool TrainTransformer { get; init; } = true;

    /// <summary>Regular expressions for the whole dotted name of a layer, e.g. <c>blocks\.0\..*</c>: left out, beside kohya's own exclusions.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Regular expressions for the whole dotted name: taken in although something excludes them.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Ranks of layers by regular expressions for the whole dotted name; the first that matches counts; 0 leaves the layer out.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> RankByPattern { get; init; } = [];

    /// <summary>Learning rate of transformer and text adapter.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Learning rate of the text encoder; null: <see cref="LearningRate"/>.</summary>
    public double? TextEncoderLearningRate { get; init; }

    /// <summary>Learning rates of layers by regular expressions for the whole dotted name; the first that matches counts.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> LearningRateByPattern { get; init; } = [];

    /// <summary>The learning rate of <c>lora_up</c> is this many times that of <c>lora_down</c> (LoRA+, Hayou et al. 2024); 1: the same.</summary>
    public double LoraPlusRatio { get; init; } = 1;

    /// <summary>LoKr: size of the first factor, where it divides the layer's sides; −1: as square as possible.</summary>
    public int Factor { get; init; } = -1;

    /// <summary>LoKr: the first factor is a product of two as well, where that is smaller.</summary>
    public bool DecomposeBoth { get; init; }

    /// <summary>DoRA: magnitudes of input columns instead of output rows.</summary>
    public bool DoraOnInput { get; init; }

    /// <summary>DoRA: gradients flow through the norm ‖W + Δ‖, as in LyCORIS; otherwise it counts as a constant, as in the paper's section 4.3 and PEFT.</summary>
    public bool DoraThroughNorm { get; init; }

    /// <summary>OFT: trains a factor for each row after the rotation.</summary>
    public bool Rescaled { get; init; }
}
