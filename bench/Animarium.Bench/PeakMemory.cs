using System.Diagnostics;
using System.Globalization;
using Animarium.Diffusion.Devices;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>The most memory that drawing a picture takes, beside the bytes of the weights.</summary>
static class PeakMemory
{
    public static IEnumerable<Measurement> Run(BenchOptions options)
    {
        var type = ComputeType.Choose(CPU);
        using var watch = new Watch();
        using (var model = new BenchModel(options.Folder))
            foreach (var _ in FullDrawing.Run(model, type, options.Size, steps: 2, cfg: 4)) { }
        watch.Dispose();
        long weights = RandomCheckpoint.Paths(options.Folder).Sum(path => new FileInfo(path).Length);
        yield return new("memory")
        {
            Dtype = TypeNames.Of(type), Size = options.Size, WeightBytes = weights, PeakBytes = watch.Peak, PeakAnonymousBytes = watch.Anonymous, Ratio = (double)watch.Peak / weights,
        };
    }

    /// <summary>Looks at the process's memory every few milliseconds until it is disposed.</summary>
    sealed class Watch : IDisposable
    {
        const int Milliseconds = 5;

        readonly Timer timer;

        public Watch() => timer = new(_ => Look(), null, 0, Milliseconds);

        public long Peak { get; private set; }

        /// <summary>Memory that no file backs; null where the system doesn't tell.</summary>
        public long? Anonymous { get; private set; }

        public void Dispose()
        {
            using var done = new ManualResetEvent(false);
            if (timer.Dispose(done)) done.WaitOne();
        }

        void Look()
        {
            using var process = Process.GetCurrentProcess();
            Peak = Math.Max(Peak, process.WorkingSet64);
            if (OperatingSystem.IsLinux()) Anonymous = Math.Max(Anonymous ?? 0, Kilobytes("RssAnon:") * 1024);
        }

        static long Kilobytes(string name) =>
            File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)) is var line
                ? long.Parse(line.AsSpan(name.Length, line.Length - name.Length - 2), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture)
                : 0;
    }
}
