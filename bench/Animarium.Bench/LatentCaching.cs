using Animarium.Diffusion.Devices;
using Animarium.Studio.Datasets;
using Animarium.Studio.Training.Caches;
using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>What stands before the first step of a training: 1,000 pictures decoded, fitted into their bucket, encoded and written, and the same found again.</summary>
static class LatentCaching
{
    const int Pictures = 1_000, Parts = 50;
    const int Width = 832, Height = 832; // of the files; larger than the bucket, as drawings are

    public static IEnumerable<Measurement> Run(BenchModel model, BenchOptions options)
    {
        var type = ComputeType.Choose(CPU);
        string folder = Directory.CreateTempSubdirectory("animarium-bench-").FullName;
        try
        {
            long bytes = StrangeFolder.Make(Path.Combine(folder, "pictures"), 0, Pictures, Width, Height);
            Dataset? dataset = null;
            double opening = Interleaved.Seconds(() => dataset = Dataset.Open([new() { Resolution = (options.Size, options.Size), Subsets = [new() { Folder = Path.Combine(folder, "pictures", "0"), ClassTokens = "1girl" }] }]));
            TrainingDraw[] draws = [.. dataset!.Epoch(seed: 1, epoch: 0).Batches.SelectMany(batch => batch.Draws)];

            // The parts first, of some of them: the first one of each also reads weights from the disk.
            double decoding = Interleaved.Median(draws.Take(Parts).Select(draw => Interleaved.Seconds(() => draw.Load().Dispose())));
            using var off = no_grad();
            var pixels = rand(1, 3, options.Size, options.Size).to(type);
            var (encoding, rate) = Interleaved.Median(type, options.Repetitions, () => model.Model.Vae.Encode(pixels).Dispose());

            double caching = Interleaved.Seconds(() => Fill(draws));
            double again = Interleaved.Seconds(() => Fill(draws));
            yield return new("caching")
            {
                Dtype = TypeNames.Of(type), Size = options.Size, Pictures = Pictures, FileBytes = bytes, LoadSeconds = opening, Seconds = caching, PicturesPerSecond = Pictures / caching, MatmulRate = rate,
                EquivalentTflop = caching / Pictures * rate, DecodeSeconds = decoding, EncodeSeconds = encoding, Share = encoding * Pictures / caching,
            };
            yield return new("caching-again") { Pictures = Pictures, Seconds = again, PicturesPerSecond = Pictures / again, Ratio = again / caching };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Fill(TrainingDraw[] draws)
        {
            using var shards = TensorShards.Open(Path.Combine(folder, "latents"));
            var cache = new LatentCache(shards, model.Model.Vae, "the benchmark's", new(CPU, type));
            foreach (var draw in draws)
                if (!cache.Has(draw)) cache.Add(draw);
            shards.Flush();
        }
    }
}
