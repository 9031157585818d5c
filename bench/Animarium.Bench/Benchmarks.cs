namespace Animarium.Bench;

/// <summary>The measures by name.</summary>
public static class Benchmarks
{
    /// <summary>Names for <see cref="Run"/>, in the order in which all of them are run: start and those of memory are taken before others leave something in memory.</summary>
    public static IReadOnlyList<string> Names { get; } = ["start", "memory", "train", "text", "vae", "caching", "dit", "train-small", "outside", "gallery", "tags"];

    /// <summary>Measures; each figure is handed out as soon as it is known.</summary>
    /// <param name="names">Some of <see cref="Names"/>.</param>
    /// <param name="options">What to measure with. All but <c>train-small</c>, <c>outside</c>, <c>gallery</c> and <c>tags</c> make a full-size model on disk if it isn't there.</param>
    /// <exception cref="ArgumentException">There is no such measure.</exception>
    /// <exception cref="IOException">The disk has too little room for the model.</exception>
    public static IEnumerable<Measurement> Run(IReadOnlyCollection<string> names, BenchOptions options)
    {
        if (names.FirstOrDefault(name => !Names.Contains(name)) is { } unknown)
            throw new ArgumentException($"There is no measure '{unknown}': choose {string.Join(", ", Names)}.", nameof(names));
        return Each([.. Names.Where(names.Contains)], options);
    }

    static IEnumerable<Measurement> Each(IReadOnlyList<string> names, BenchOptions options)
    {
        try
        {
            if (names.Any(name => name is not ("train-small" or "outside" or "gallery" or "tags"))) RandomCheckpoint.Make(options.Folder, "BF16");
            foreach (var measurement in names.SelectMany(name => One(name, options))) yield return measurement;
        }
        finally
        {
            if (!options.Keep) RandomCheckpoint.Delete(options.Folder);
        }
    }

    static IEnumerable<Measurement> One(string name, BenchOptions options) => name switch
    {
        "start" => StartUp.Run(options),
        "memory" => PeakMemory.Run(options),
        "train" => TrainStep.Run(options),
        "train-small" => SmallTraining.Run(options),
        "outside" => OutsideDenoising.Run(options),
        "gallery" => LargeGallery.Run(options),
        "tags" => TagCompletion.Run(options),
        _ => WithModel(name, options),
    };

    static IEnumerable<Measurement> WithModel(string name, BenchOptions options)
    {
        using var model = new BenchModel(options.Folder);
        var measurements = name switch
        {
            "text" => TextEncoding.Run(model, options),
            "vae" => VaePasses.Run(model, options),
            "caching" => LatentCaching.Run(model, options),
            _ => DitStep.Run(model.Model.Transformer, options),
        };
        foreach (var measurement in measurements) yield return measurement;
    }
}
