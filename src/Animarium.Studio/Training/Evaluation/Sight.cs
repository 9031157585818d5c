using Animarium.Studio.Images;
using Animarium.Studio.Tagging;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>What the models see in a picture.</summary>
/// <param name="Features">A vector of unit length: pictures that look alike have a large inner product.</param>
/// <param name="Small">The picture at 16 × 16 × RGB, 0 … 1: pictures that are copies differ little.</param>
/// <param name="Tags">What the tagger reads off it.</param>
/// <param name="Detail">Its lines and edges, from <see cref="PictureDetail"/>; empty: not looked at.</param>
public sealed record Sight(float[] Features, float[] Small, IReadOnlySet<string> Tags, float[] Detail)
{
    /// <summary>The cosine of two pictures' features, −1 … 1.</summary>
    public double Likeness(Sight other)
    {
        double sum = 0;
        for (int i = 0; i < Features.Length; i++) sum += (double)Features[i] * other.Features[i];
        return sum;
    }

    /// <summary>Root of the mean squared difference of the small pictures, 0 … 1.</summary>
    public double PixelDistance(Sight other)
    {
        double sum = 0;
        for (int i = 0; i < Small.Length; i++) sum += Math.Pow(Small[i] - other.Small[i], 2);
        return Math.Sqrt(sum / Small.Length);
    }
}

/// <summary>Looks at pictures with a tagger and, if one is given, another model for the features.</summary>
internal sealed class Eyes : IDisposable
{
    private const float Threshold = 0.35f; // usual for taggers of the WD family
    private const int SmallSide = 16, Batch = 8;

    private readonly WdTagger tagger;
    private readonly FeatureModel? features;
    private readonly int side;

    /// <param name="tagger">The folder of a tagger.</param>
    /// <param name="features">An ONNX file, or null.</param>
    /// <param name="side">Details are looked at in pictures of this side, in pixels.</param>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    public Eyes(string tagger, string? features, int side)
    {
        this.side = side;
        this.tagger = WdTagger.Open(tagger);
        try
        {
            this.features = features is null ? null : FeatureModel.Open(features);
        }
        catch
        {
            this.tagger.Dispose();
            throw;
        }
    }

    /// <summary>Whether the tagger can see a tag.</summary>
    public bool Knows(string tag) => tagger.Knows(tag);

    /// <summary>The tags of a caption that the tagger can see.</summary>
    public IReadOnlyList<string> Visible(string caption) => [.. EvaluationPrompts.Tags(caption).Where(Knows)];

    /// <summary>Looks at pictures.</summary>
    public IReadOnlyList<Sight> At(IEnumerable<Picture> pictures) => [.. pictures.Chunk(Batch).SelectMany(Read)];

    /// <inheritdoc/>
    public void Dispose()
    {
        features?.Dispose();
        tagger.Dispose();
    }

    private IEnumerable<Sight> Read(Picture[] pictures)
    {
        var readings = tagger.Read(pictures);
        // The taggers of the WD family give no features: what they are sure of is a vector, too.
        var vectors = features?.Read(pictures) ?? [.. readings.Select(reading => FeatureModel.Unit(reading.Features.Count > 0 ? reading.Features : reading.Probabilities))];
        return pictures.Select((picture, n) => new Sight(vectors[n], Small(picture),
            readings[n].Labels.Zip(readings[n].Probabilities).Where(tag => tag.Second >= Threshold).Select(tag => tag.First.Name).ToHashSet(StringComparer.OrdinalIgnoreCase), PictureDetail.Of(picture, side)));
    }

    private static float[] Small(Picture picture) =>
        [.. picture.Rgb().Resample(SmallSide, SmallSide, Resampling.Automatic(picture.Width, picture.Height, SmallSide, SmallSide)).Pixels.Select(value => value / 255f)];
}
