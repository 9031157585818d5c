using System.Diagnostics;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Devices;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>
/// From opening the files to the first step, the reading of the transformer's weights included: the time at which the first step is done, less what
/// another step takes. Bounded by reading the files once.
/// </summary>
static class StartUp
{
    public static IEnumerable<Measurement> Run(BenchOptions options)
    {
        var type = ComputeType.Choose(CPU);
        string[] paths = [.. RandomCheckpoint.Paths(options.Folder)];
        foreach (bool cold in PageCache.CanEvict ? new[] { true, false } : [false])
        {
            if (cold) PageCache.Evict(paths);
            double reading = Interleaved.Seconds(() => Read(paths));
            if (cold) PageCache.Evict(paths);
            double seconds = ToFirstStep(options, type);
            yield return new("start")
            {
                Dtype = TypeNames.Of(type), Size = options.Size, Cache = cold ? "cold" : "warm", Seconds = seconds, WeightBytes = paths.Sum(path => new FileInfo(path).Length),
                ReadSeconds = reading, Ratio = seconds / reading,
            };
        }
    }

    static double ToFirstStep(BenchOptions options, ScalarType type)
    {
        long start = Stopwatch.GetTimestamp();
        using var model = new BenchModel(options.Folder);
        double[] steps = [.. FullDrawing.Run(model, type, options.Size, steps: 3, cfg: 1).OfType<DrawStep>().Select(_ => Stopwatch.GetElapsedTime(start).TotalSeconds)];
        return steps[0] - Math.Min(steps[1] - steps[0], steps[2] - steps[1]);
    }

    static void Read(IEnumerable<string> paths)
    {
        var buffer = new byte[1 << 22];
        foreach (var path in paths)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            while (file.Read(buffer) > 0) { }
        }
    }
}
