using Animarium.Diffusion.Models.Anima;

namespace Animarium.Recipe.Steps;

/// <summary>What a step of training has to compute at least: its share of what the machine can multiply tells how much is lost on everything else.</summary>
internal static class Arithmetic
{
    const int MultiplyAndAdd = 2, ForwardAndBackward = 3;

    /// <summary>Floating-point operations of the matrix products for one picture, forward and backward; the optimizer's are not counted.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="tokens">Of the picture.</param>
    /// <param name="rows">Of its text.</param>
    public static double OfPicture(AnimaModel model, long tokens, double rows)
    {
        double matrices = model.DiffusionWeights.Linears.Values.Sum(linear => linear.Weight.Stored.numel() * Times(linear.Name)) + model.TextEncoderWeights.Linears.Values.Sum(linear => linear.Weight.Stored.numel() * rows);
        var (transformer, adapter, encoder) = (model.Transformer.Shape, model.Adapter.Shape, model.TextEncoder.Shape);
        // Scores and weighted values, of the tokens to each other and to the text; in the text of its rows to each other, in the adapter twice.
        double attention = 2 * (transformer.Blocks * transformer.Width * tokens * (tokens + rows) + (2 * adapter.Layers * adapter.ContextWidth + encoder.Layers * encoder.Width) * rows * rows);
        return MultiplyAndAdd * ForwardAndBackward * (matrices + attention);

        double Times(string name) => name switch
        {
            _ when name.Contains("adaln_modulation", StringComparison.Ordinal) || name.StartsWith("t_embedder", StringComparison.Ordinal) => 1,
            _ when name.StartsWith("llm_adapter", StringComparison.Ordinal) || name.EndsWith("cross_attn.k_proj", StringComparison.Ordinal) || name.EndsWith("cross_attn.v_proj", StringComparison.Ordinal) => rows,
            _ => tokens,
        };
    }
}
