using System.Diagnostics;
using Animarium.Studio.Gallery;
using Animarium.Studio.Storage;

namespace Animarium.Bench;

/// <summary>A gallery of 100,000 pictures: how long the import of 10,000 strangers' files takes, and pages, searches and thumbnails then.</summary>
static class LargeGallery
{
    const int Imported = 10_000, All = 100_000, Page = 60;
    const int Width = 416, Height = 608, SmallSide = 16; // pixels; the pictures that only make the gallery large need few

    public static IEnumerable<Measurement> Run(BenchOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("animarium-bench-").FullName;
        try
        {
            var home = new StudioHome(Path.Combine(folder, "home"));
            home.Prepare();
            using var database = StudioDatabase.Open(home, TimeProvider.System);
            var gallery = new PictureGallery(home, database, TimeProvider.System);

            string strange = Path.Combine(folder, "strange"), further = Path.Combine(folder, "further");
            long bytes = StrangeFolder.Make(strange, 0, Imported, Width, Height);
            double seconds = Import(gallery, strange);
            yield return new("gallery-import") { Pictures = gallery.Count(GalleryQuery.All), Seconds = seconds, PicturesPerSecond = Imported / seconds, FileBytes = bytes };
            yield return new("gallery-import-again") { Pictures = Imported, Seconds = Import(gallery, strange) };
            yield return new("gallery-thumbnail") { Pictures = Page, Seconds = Thumbnails(gallery) / Page };

            StrangeFolder.Make(further, Imported, All - Imported, SmallSide, SmallSide);
            Import(gallery, further);
            foreach (var sort in Enum.GetValues<GallerySort>())
                yield return Pages($"gallery-page-{sort}".ToLowerInvariant(), gallery, new() { Sort = sort, Shuffle = 1 }, options);
            foreach (var (name, query) in new (string, GalleryQuery)[]
            {
                ("gallery-find-one-character", new() { Text = "猫" }), ("gallery-find-two-characters", new() { Text = "黒髪" }), ("gallery-find-rare-word", new() { Text = "\"subject 1234\"" }),
                ("gallery-find-usual-word", new() { Text = "smile" }), ("gallery-find-model", new() { Model = "anima-turbo" }), ("gallery-find-tag", new() { Tag = "rain" }), ("gallery-find-lora", new() { Lora = "style-7" }),
            }) yield return Pages(name, gallery, query, options);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static double Import(PictureGallery gallery, string folder) => Interleaved.Seconds(() =>
    {
        foreach (var _ in new GalleryImport(gallery).Run(folder)) { }
    });

    static double Thumbnails(PictureGallery gallery)
    {
        long[] ids = [.. gallery.Ids(GalleryQuery.All).Take(Page)];
        return Interleaved.Seconds(() => { foreach (long id in ids) gallery.Thumbnail(id).GetAwaiter().GetResult(); });
    }

    /// <summary>A page from the middle of what is found, the median of the repetitions.</summary>
    static Measurement Pages(string name, PictureGallery gallery, GalleryQuery query, BenchOptions options)
    {
        int count = gallery.Count(query);
        var times = new List<double>();
        for (int n = 0; n <= options.Repetitions * 5; n++)
        {
            long start = Stopwatch.GetTimestamp();
            gallery.Search(query, Math.Max(0, count / 2 - n), Page);
            if (n > 0) times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds); // the first one finds cold caches
        }
        times.Sort();
        return new(name) { Pictures = count, Seconds = times[times.Count / 2] };
    }
}
