using Animarium.Studio.Gallery;
using Animarium.Studio.Images;
using Animarium.Studio.Storage;

namespace Animarium.Studio.Tests.Gallery;

/// <summary>A studio in a folder of its own, with pictures as several programs write them.</summary>
internal sealed class Studio : IDisposable
{
    private const int Patience = 1; // seconds for a database that another program holds

    public Studio()
    {
        Home.Prepare();
        Database = StudioDatabase.Open(Home, TimeProvider.System, Patience);
        Gallery = new(Home, Database, TimeProvider.System);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("animarium-gallery-").FullName;

    public StudioHome Home => new(Path.Combine(Folder, "home"));

    public StudioDatabase Database { get; private set; }

    public PictureGallery Gallery { get; private set; }

    /// <summary>A folder of strangers' pictures.</summary>
    public string Strange => Path.Combine(Folder, "strange");

    /// <summary>A picture in the studio's folder, as A1111 describes it.</summary>
    public string Draw(string name, string prompt, long seed = 1, string folder = "", int width = 16, int height = 16, string further = "") =>
        Write(Path.Combine(folder.Length > 0 ? folder : Home.Pictures, name), width, height, new PngText("parameters", $"{prompt}\nNegative prompt: bad\nSteps: 20, Sampler: Euler, CFG scale: 4, Seed: {seed}, Size: {width}x{height}, Model: anima{further}"));

    public static string Write(string path, int width, int height, params PngText[] texts)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, PngText.Insert(PictureFile.Encode(Images.PictureFileTests.Gradient(width, height, 3), PictureFormat.Png).File, texts));
        return path;
    }

    public GalleryPicture Add(string name, string prompt, long seed = 1, int width = 16, int height = 16, string further = "") => Gallery.Add(Draw(name, prompt, seed, width: width, height: height, further: further));

    /// <summary>The names of the files that a query finds, in order.</summary>
    public string[] Names(GalleryQuery query) => [.. Gallery.Search(query, 0, 100).Select(picture => Path.GetFileNameWithoutExtension(picture.Path))];

    /// <summary>As after a new start, with the database or without.</summary>
    public void Reopen(bool loseDatabase = false)
    {
        Database.Dispose();
        if (loseDatabase) foreach (string file in Directory.GetFiles(Home.Folder, "animarium.db*")) File.Delete(file);
        Database = StudioDatabase.Open(Home, TimeProvider.System, Patience);
        Gallery = new(Home, Database, TimeProvider.System);
    }

    public void Dispose()
    {
        Database.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
