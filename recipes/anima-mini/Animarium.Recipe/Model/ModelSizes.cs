namespace Animarium.Recipe.Model;

/// <summary>Sizes of a model to be trained from nothing; what is not here follows from the architecture.</summary>
internal sealed record ModelSizes
{
    /// <summary>Channels of the transformer; a multiple of <see cref="HeadWidth"/>.</summary>
    public long Width { get; init; } = 256;

    public int Blocks { get; init; } = 8;

    public long HeadWidth { get; init; } = 64;

    public long MlpWidth { get; init; } = 1024;

    /// <summary>Rank of the projections from the timestep to the modulations.</summary>
    public long ModulationRank { get; init; } = 32;

    /// <summary>Channels of text encoder and adapter alike, so that the adapter needs no projection between them.</summary>
    public long TextWidth { get; init; } = 192;

    public int TextLayers { get; init; } = 2;

    public long TextHeadWidth { get; init; } = 32;

    /// <summary>Key and value heads of the text encoder; a divisor of its query heads.</summary>
    public long KeyHeads { get; init; } = 3;

    public long EncoderMlpWidth { get; init; } = 384;

    public long AdapterMlpWidth { get; init; } = 768;

    /// <summary>Channels of the VAE at full size; its stages have 1, 2, 4 and 4 times as many.</summary>
    public long VaeWidth { get; init; } = 16;
}
