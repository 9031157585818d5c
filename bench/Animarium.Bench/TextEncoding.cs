using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>Prompt to context rows: text encoder and adapter.</summary>
static class TextEncoding
{
    const int Tokens = 100;

    public static IEnumerable<Measurement> Run(BenchModel model, BenchOptions options)
    {
        foreach (var type in options.Types)
        {
            using var off = inference_mode();
            using var scope = NewDisposeScope();
            var qwen = randint(0, model.Model.TextEncoder.Shape.Vocabulary, [1, Tokens], int64);
            var t5 = randint(0, model.Model.Adapter.Shape.Vocabulary, [1, Tokens], int64);
            var (seconds, rate) = Interleaved.Median(type, options.Repetitions, () => model.Model.Encode(qwen, t5, type: type).Dispose());
            double tflop = 2e-12 * Tokens * (BenchModel.Matrices(model.TextEncoder) + BenchModel.Matrices(model.Adapter));
            yield return new("text-encode")
            {
                Dtype = TypeNames.Of(type), Tokens = Tokens, Seconds = seconds, Tflop = tflop, MatmulRate = rate, Share = tflop / seconds / rate,
            };
        }
    }
}
