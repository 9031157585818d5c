using Animarium.Diffusion.Devices;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>The most memory that drawing a picture takes, beside the bytes of the weights.</summary>
static class PeakMemory
{
    public static IEnumerable<Measurement> Run(BenchOptions options)
    {
        var type = ComputeType.Choose(CPU);
        using var watch = new MemoryWatch();
        using (var model = new BenchModel(options.Folder))
            foreach (var _ in FullDrawing.Run(model, type, options.Size, steps: 2, cfg: 4)) { }
        watch.Dispose();
        long weights = RandomCheckpoint.Paths(options.Folder).Sum(path => new FileInfo(path).Length);
        yield return new("memory")
        {
            Dtype = TypeNames.Of(type), Size = options.Size, WeightBytes = weights, PeakBytes = watch.Peak, PeakAnonymousBytes = watch.Anonymous, Ratio = (double)watch.Peak / weights,
        };
    }
}
