using System.Text;
using Animarium.Studio.Datasets;
using Animarium.Studio.Images;
using Xunit;

namespace Animarium.Studio.Tests.Datasets;

/// <summary>A folder of pictures and captions that is gone after the test.</summary>
internal sealed class PictureFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("animarium-").FullName;

    public string At(string name) => Path.Combine(Root, name);

    /// <summary>A picture with a pattern of its own: no two seeds look alike.</summary>
    public string Picture(string name, int width = 96, int height = 96, int seed = 0, int channels = 3)
    {
        var random = new Random(seed);
        var coarse = new byte[8 * 8 * channels];
        random.NextBytes(coarse);
        return Picture(name, new Picture(8, 8, channels, coarse).Resample(width, height, ResampleMethod.Nearest));
    }

    public string Picture(string name, Picture picture)
    {
        PictureFile.Save(picture, At(name), PictureFormats.OfName(name)!.Value, quality: 100);
        return At(name);
    }

    public string File(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        System.IO.File.WriteAllBytes(At(name), content);
        return At(name);
    }

    public string Text(string name, string text) => File(name, Encoding.UTF8.GetBytes(text));

    /// <summary>The settings of this folder at a small resolution.</summary>
    public DatasetSettings Settings(Func<SubsetSettings, SubsetSettings>? change = null, string? trigger = null) => new()
    {
        Resolution = (64, 64), MinBucket = 32, MaxBucket = 128, BucketStep = 16,
        Subsets = [.. TrainingFolder.Read(Root, trigger).Subsets.Select(change ?? (subset => subset))],
    };

    /// <summary>Opens one dataset.</summary>
    public static Dataset Open(DatasetSettings settings, bool skip = false) => Dataset.Open([settings], new() { SkipUnreadable = skip }, TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
