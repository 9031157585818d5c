using Animarium.Diffusion.Devices;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Diffusion.Weights;
using Animarium.Studio.ModelLibrary;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>Steps on a small model, where the many small operations count: a LoRA as in <c>samples/lora-style</c>, and the model itself.</summary>
static class SmallTraining
{
    const int Size = 128, Rows = 30;

    public static IEnumerable<Measurement> Run(BenchOptions options)
    {
        var type = ComputeType.Choose(CPU);
        var found = new ModelCatalog(StudioFolders.Default.Models).Find(options.SmallModel);
        using Checkpoint diffusion = Checkpoint.Open(found.Transformer.Path), encoder = Checkpoint.Open(found.TextEncoder!.Path), vae = Checkpoint.Open(found.Vae!.Path);
        var model = new AnimaModel(diffusion.DiffusionModel!, encoder.TextEncoder!, vae.Vae!);
        using (var adapters = new AdapterSet(model, new AdapterOptions { Rank = 8 }, seed: 1))
            yield return Measure("train-small-lora", model, adapters.Groups, type, batch: 15, options);
        using var weights = new TrainableWeights(model, new WeightOptions());
        yield return Measure("train-small-whole", model, weights.Groups, type, batch: 64, options);
    }

    static Measurement Measure(string name, AnimaModel model, IReadOnlyList<ParameterGroup> groups, ScalarType type, int batch, BenchOptions options)
    {
        const int stepsAtOnce = 5;
        using var loop = new TrainingLoop(model.Transformer, groups, type, batch, Size, Rows);
        var (seconds, rate) = Interleaved.Median(type, options.Repetitions, () =>
        {
            for (int n = 0; n < stepsAtOnce; n++) loop.Step();
        });
        seconds /= stepsAtOnce;
        var steps = loop.Seconds.Skip(stepsAtOnce).ToList();
        return new(name)
        {
            Dtype = TypeNames.Of(type), Size = Size, Batch = batch, Seconds = seconds,
            ForwardSeconds = Interleaved.Median(steps.Select(s => s.Forward)), BackwardSeconds = Interleaved.Median(steps.Select(s => s.Backward)), OptimizerSeconds = Interleaved.Median(steps.Select(s => s.Optimizer)),
            PicturesPerSecond = batch / seconds, MatmulRate = rate, EquivalentTflop = seconds * rate,
        };
    }
}
