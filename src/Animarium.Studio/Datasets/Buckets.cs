namespace Animarium.Studio.Datasets;

/// <summary>
/// The sizes at which a dataset is trained, and which picture goes to which: equal to sd-scripts' bucket manager number for number
/// (its double arithmetic, truncations and order of ties), or the free fit of <see cref="FreeFit"/>.
/// </summary>
public sealed class Buckets
{
    private readonly DatasetSettings settings;
    private readonly double area;

    /// <summary>The buckets of a dataset.</summary>
    public Buckets(DatasetSettings settings)
    {
        this.settings = settings;
        var (width, height) = settings.Resolution;
        area = (double)width * height;
        if (!settings.Buckets) Sizes = [new(width, height)];
        else if (!settings.NoUpscale && !settings.FreeFit) Sizes = Predefined();
    }

    /// <summary>All sizes, sorted by width, then height; null where each picture makes its own (no upscaling, free fit).</summary>
    public IReadOnlyList<PixelSize>? Sizes { get; }

    /// <summary>Where a picture goes; null if it is smaller than one bucket step in a direction and must not be enlarged.</summary>
    /// <param name="picture">At least 1×1, turned upright.</param>
    public Placement? Place(PixelSize picture)
    {
        if (Sizes is not null) return Placement.Covering(Nearest(picture), picture);
        return settings.FreeFit ? FreeFit.Place(picture, settings) : Shrunk(picture);
    }

    private List<PixelSize> Predefined()
    {
        int step = settings.BucketStep;
        int smallest = Math.Max(settings.MinBucket / step, 1) * step, largest = (settings.MaxBucket + step - 1) / step * step;
        var sizes = new SortedSet<(int Width, int Height)>();
        int square = (int)Math.Sqrt(area) / step * step;
        sizes.Add((square, square));
        for (int width = smallest; width <= largest; width += step)
        {
            int height = (int)Math.Min(largest, (long)area / width / step * step);
            if (height < smallest) continue;
            sizes.Add((width, height));
            sizes.Add((height, width));
        }
        return [.. sizes.Select(size => new PixelSize(size.Width, size.Height))];
    }

    /// <summary>The picture's own size if it is a bucket, else the nearest ratio; the first of equals.</summary>
    private PixelSize Nearest(PixelSize picture)
    {
        double ratio = (double)picture.Width / picture.Height, best = double.PositiveInfinity;
        var nearest = picture;
        foreach (var size in Sizes!)
        {
            if (size == picture) return size;
            double error = Math.Abs((double)size.Width / size.Height - ratio);
            if (error < best) (best, nearest) = (error, size);
        }
        return nearest;
    }

    /// <summary>Pictures above the area are shrunk to it, others stay; either way both sides are cropped down to the step.</summary>
    private Placement? Shrunk(PixelSize picture)
    {
        var resized = (double)picture.Width * picture.Height > area ? ShrunkToArea((double)picture.Width / picture.Height) : picture;
        PixelSize bucket = new(Down(resized.Width), Down(resized.Height));
        return bucket.Width <= 0 || bucket.Height <= 0 ? null : Placement.Middle(bucket, resized);
    }

    /// <summary>One side is brought to the step, the other follows the ratio: whichever side changes the ratio less.</summary>
    private PixelSize ShrunkToArea(double ratio)
    {
        double width = Math.Sqrt(area * ratio);
        int roundWidth = Down((int)(width + 0.5)), roundHeight = Down((int)(area / width + 0.5));
        double byWidth = (double)roundWidth / Down((int)(roundWidth / ratio + 0.5)), byHeight = (double)Down((int)(roundHeight * ratio + 0.5)) / roundHeight;
        return Math.Abs(byWidth - ratio) < Math.Abs(byHeight - ratio)
            ? new(roundWidth, (int)(roundWidth / ratio + 0.5))
            : new((int)(roundHeight * ratio + 0.5), roundHeight);
    }

    private int Down(int pixels) => pixels - pixels % settings.BucketStep;
}
