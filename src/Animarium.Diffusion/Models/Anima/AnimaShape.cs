using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>Sizes of the diffusion transformer, read from its tensors.</summary>
/// <param name="Width">Channels of a token: rows of <c>x_embedder.proj.1</c>.</param>
/// <param name="Blocks">Transformer blocks; 28 in the official model, others have 36, 40 or 52.</param>
/// <param name="HeadDim">Channels of an attention head: size of <c>q_norm</c>.</param>
/// <param name="InputChannels">Latent channels, and one more for the padding mask where the model has it.</param>
/// <param name="LatentChannels">Channels of the latent and of the velocity.</param>
/// <param name="ContextWidth">Channels of a context row.</param>
public sealed record TransformerShape(long Width, int Blocks, long HeadDim, long InputChannels, long LatentChannels, long ContextWidth)
{
    /// <summary>Side of a patch: 2 × 2 latent pixels make a token.</summary>
    public const int Patch = 2;

    /// <summary>Reads the sizes; a tensor that is missing gives zeros, and is listed by <see cref="WeightScope.Missing"/>.</summary>
    public static TransformerShape Of(WeightScope weights)
    {
        var block = weights["blocks"][0];
        var (width, columns) = weights.Matrix("x_embedder.proj.1.weight");
        var (rows, _) = weights.Matrix("final_layer.linear.weight");
        var (_, context) = block.Matrix("cross_attn.k_proj.weight");
        return new(width, weights["blocks"].Count(), block.Vector("self_attn.q_norm.weight"), columns / (Patch * Patch), rows / (Patch * Patch), context);
    }
}

/// <summary>Sizes of the text adapter, read from its tensors.</summary>
/// <param name="Vocabulary">T5 ids it can embed.</param>
/// <param name="SourceWidth">Channels of the text encoder's states.</param>
/// <param name="ContextWidth">Channels of a context row.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="HeadDim">Channels of an attention head.</param>
public sealed record AdapterShape(long Vocabulary, long SourceWidth, long ContextWidth, int Layers, long HeadDim)
{
    /// <inheritdoc cref="TransformerShape.Of"/>
    public static AdapterShape Of(WeightScope weights)
    {
        var block = weights["blocks"][0];
        var (_, source) = block.Matrix("cross_attn.k_proj.weight");
        return new(weights.Matrix("embed.weight").Rows, source, weights.Matrix("out_proj.weight").Rows, weights["blocks"].Count(),
            block.Vector("self_attn.q_norm.weight"));
    }
}

/// <summary>Sizes of the text encoder, read from its tensors.</summary>
/// <param name="Vocabulary">Ids it can embed.</param>
/// <param name="Width">Channels of a state.</param>
/// <param name="Layers">Decoder layers.</param>
/// <param name="HeadDim">Channels of an attention head; heads × this need not be the width.</param>
public sealed record Qwen3Shape(long Vocabulary, long Width, int Layers, long HeadDim)
{
    /// <inheritdoc cref="TransformerShape.Of"/>
    public static Qwen3Shape Of(WeightScope weights)
    {
        var (vocabulary, width) = weights.Matrix("embed_tokens.weight");
        return new(vocabulary, width, weights["layers"].Count(), weights["layers"][0].Vector("self_attn.q_norm.weight"));
    }
}

/// <summary>Reads sizes off tensors without complaint: what is missing is reported once, with everything else that is.</summary>
internal static class Sizes
{
    public static (long Rows, long Columns) Matrix(this WeightScope weights, string name) =>
        weights.Take(name).Stored.shape is [var rows, var columns] ? (rows, columns) : (0, 0);

    public static long Vector(this WeightScope weights, string name) => weights.Take(name).Stored.shape is [var size] ? size : 0;
}
