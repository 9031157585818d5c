namespace Animarium.Diffusion.Training.Adapters;

/// <summary>Options that no training can follow are refused before anything is made.</summary>
static class AdapterOptionsCheck
{
    /// <summary>Throws for the first impossible value.</summary>
    /// <exception cref="ArgumentException">The message says which, and what is possible.</exception>
    public static void Throw(AdapterOptions options)
    {
        Require(Enum.IsDefined(options.Kind), $"There is no kind of adapter {options.Kind}.");
        Require(options.Rank >= 1, $"Rank {options.Rank} leaves nothing to train: it must be at least 1.");
        Require(options.Alpha is null or > 0 && double.IsFinite(options.Alpha ?? 0), $"Alpha {options.Alpha} must be a finite number above 0.");
        Probability(options.Dropout, "Dropout");
        Probability(options.RankDropout, "Rank dropout");
        Probability(options.ModuleDropout, "Module dropout");
        Require(options.MinRank is null || options.MinRank >= 1 && options.MinRank <= options.Rank, $"T-LoRA's smallest rank {options.MinRank} must lie between 1 and the rank, {options.Rank}.");
        Require(options.MinRankExponent > 0 && double.IsFinite(options.MinRankExponent), $"T-LoRA's exponent {options.MinRankExponent} must be a finite number above 0.");
        Rate(options.LearningRate, "The learning rate");
        if (options.TextEncoderLearningRate is { } rate) Rate(rate, "The text encoder's learning rate");
        foreach (var (pattern, value) in options.LearningRateByPattern) Rate(value, $"The learning rate for '{pattern}'");
        foreach (var (pattern, rank) in options.RankByPattern) Require(rank >= 0, $"Rank {rank} for '{pattern}' must be at least 1, or 0 to leave the layers out.");
        Require(options.LoraPlusRatio > 0 && double.IsFinite(options.LoraPlusRatio), $"The LoRA+ ratio {options.LoraPlusRatio} must be a finite number above 0.");
        Require(options.Factor is -1 or >= 1, $"LoKr's factor {options.Factor} must be at least 1, or -1 for the squarest.");
        Require(options.TrainTransformer || options.TrainTextAdapter || options.TrainTextEncoder, "Nothing is trained: choose the transformer, the text adapter or the text encoder.");

        bool ranks = options.Kind is AdapterKind.Lora or AdapterKind.Dora;
        Require(ranks || options.LoraPlusRatio == 1, $"LoRA+ knows which factor to speed up in a LoRA only, not in {options.Kind}: set its ratio to 1.");
        Require(ranks || options is { Dropout: 0, RankDropout: 0, MinRank: null }, $"Dropout of activations or ranks, and T-LoRA, need the ranks of a LoRA, which {options.Kind} lacks: switch them off, or use module dropout.");
    }

    static void Probability(double value, string what) => Require(value is >= 0 and < 1, $"{what} {value} must be at least 0 and below 1.");

    static void Rate(double value, string what) => Require(value > 0 && double.IsFinite(value), $"{what} {value} must be a finite number above 0; to leave layers out, exclude them.");

    static void Require(bool holds, string message)
    {
        if (!holds) throw new ArgumentException(message);
    }
}
