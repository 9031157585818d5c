using System.Diagnostics;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts;

namespace Animarium.Bench;

/// <summary>How much of a run of small pictures is not denoising: reading prompts, decoding, describing and saving pictures.</summary>
static class OutsideDenoising
{
    const int Pictures = 20;

    public static IEnumerable<Measurement> Run(BenchOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("animarium-bench-").FullName;
        try
        {
            var steps = new List<(double Seconds, bool First)>();
            var (precision, size) = ("", 0);
            // A run that doesn't count: start-up has a measure of its own.
            using var drawing = new Drawing(new WeightHashes(null), TimeProvider.System);
            foreach (var _ in drawing.Draw(Plan(options.SmallModel, folder, count: 2))) { }
            double seconds = Interleaved.Seconds(() =>
            {
                foreach (var happened in drawing.Draw(Plan(options.SmallModel, folder, Pictures)))
                {
                    if (happened is DrawingStarted started) (precision, size) = (started.Precision, started.Request.Width);
                    if (happened is DrawingStep step) steps.Add((step.Seconds, step.Step == 1));
                }
            });
            // The first step of a picture is counted from the beginning of its batch, the encoding of its text included: what it takes beyond a usual step is not denoising.
            double usual = Interleaved.Median([.. steps.Select(step => step.Seconds)]), denoising = steps.Sum(step => step.First ? Math.Min(step.Seconds, usual) : step.Seconds);
            yield return new("outside-denoising") { Dtype = precision, Size = size, Pictures = Pictures, Seconds = seconds, Ratio = 1 - denoising / seconds };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static GenerationPlan Plan(string model, string folder, int count)
    {
        var settings = Settings.Empty
            .With("prompt", "1girl, solo, silver hair, blue eyes, smile").With("model", model)
            .With("count", $"{count}").With("seed", "1").With("out", folder);
        return GenerationPlan.Make(settings, Settings.Empty, new(StudioFolders.Default.Models), WildcardLibrary.Empty, new());
    }
}
