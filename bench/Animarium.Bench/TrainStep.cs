using Animarium.Diffusion.Devices;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training.Adapters;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>A step that trains a LoRA on all linear layers of the full-size transformer, one picture at a time.</summary>
static class TrainStep
{
    public static IEnumerable<Measurement> Run(BenchOptions options)
    {
        var type = ComputeType.Choose(CPU);
        using var model = new BenchModel(options.Folder);
        var transformer = model.Model.Transformer;
        using var adapters = new AdapterSet(model.Model, new AdapterOptions(), seed: 1);
        using var loop = new TrainingLoop(transformer, adapters.Groups, type, batch: 1, options.Size, DitStep.Rows);
        // The one that needs less memory comes first: what the C library's allocator has taken from the system it keeps.
        foreach (bool checkpointing in new[] { true, false })
        {
            transformer.Checkpointing = checkpointing;
            double seconds, rate;
            using var watch = new MemoryWatch();
            using (adapters.Step(Scalars.Full([1], 0.5, float32), seed: 1)) (seconds, rate) = Interleaved.Median(type, options.Repetitions, loop.Step);
            watch.Dispose();
            var steps = loop.Seconds.TakeLast(options.Repetitions).ToList();
            double tflop = Nominal(transformer.Shape, options.Size, checkpointing);
            yield return new("train-step")
            {
                Dtype = TypeNames.Of(type), Size = options.Size, Batch = 1, Checkpointing = checkpointing, Seconds = seconds,
                ForwardSeconds = Interleaved.Median(steps.Select(s => s.Forward)), BackwardSeconds = Interleaved.Median(steps.Select(s => s.Backward)), OptimizerSeconds = Interleaved.Median(steps.Select(s => s.Optimizer)),
                Tflop = tflop, MatmulRate = rate, Share = tflop / seconds / rate, EquivalentTflop = seconds * rate, PeakBytes = watch.Peak, PeakAnonymousBytes = watch.Anonymous,
            };
        }
    }

    /// <summary>
    /// Forward, and as much again for the gradients of the activations, since frozen weights have none; attention's scores are computed once more for
    /// them, and with checkpointing everything is.
    /// </summary>
    static double Nominal(TransformerShape shape, int size, bool checkpointing) => DitStep.Nominal(shape, size) * (checkpointing ? 3 : 2) + DitStep.Scores(shape, size);
}
