using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>One evaluation of the transformer: what a picture's time consists of.</summary>
static class DitStep
{
    /// <summary>Rows of the prompt that are not padding, as in a prompt of some thirty tags.</summary>
    public const int Rows = 100;

    public static IEnumerable<Measurement> Run(AnimaTransformer transformer, BenchOptions options)
    {
        foreach (var type in options.Types)
            foreach (int batch in options.Batches)
            {
                using var off = inference_mode();
                using var scope = NewDisposeScope();
                using var t = transformer.Modulate(Scalars.Full([1], 0.7, float32), type);
                using var text = transformer.Prepare(randn(batch, Rows, transformer.Shape.ContextWidth).to(type));
                var latent = randn(batch, transformer.Shape.LatentChannels, options.Size / QwenImageVae.Scale, options.Size / QwenImageVae.Scale);
                var (seconds, rate) = Interleaved.Median(type, options.Repetitions, () => transformer.Forward(latent, t, text).Dispose());
                double tflop = batch * Nominal(transformer.Shape, options.Size);
                yield return new("dit-step")
                {
                    Dtype = TypeNames.Of(type), Size = options.Size, Batch = batch, Seconds = seconds, Tflop = tflop, MatmulRate = rate, Share = tflop / seconds / rate,
                };
            }
    }

    /// <summary>10¹² operations of all blocks for one picture, the context with all its rows, whose keys and values are computed anew.</summary>
    public static double Nominal(TransformerShape shape, int size)
    {
        int side = size / QwenImageVae.Scale / TransformerShape.Patch;
        double l = side * side, d = shape.Width, n = TextAdapter.ContextRows;
        double self = 4 * 2 * l * d * d + 4 * l * l * d;
        double cross = 2 * 2 * l * d * d + 2 * 2 * n * shape.ContextWidth * d + 4 * l * n * d;
        double mlp = 2 * 2 * l * d * 4 * d;
        return shape.Blocks * (self + cross + mlp) * 1e-12;
    }

    /// <summary>10¹² operations of the scores of all attentions: the one product of the two that their backward pass computes again.</summary>
    public static double Scores(TransformerShape shape, int size)
    {
        int side = size / QwenImageVae.Scale / TransformerShape.Patch;
        double l = side * side;
        return shape.Blocks * 2 * l * (l + TextAdapter.ContextRows) * shape.Width * 1e-12;
    }
}
