namespace Animarium.Studio.Datasets;

/// <summary>A size in pixels.</summary>
/// <param name="Width">From left to right.</param>
/// <param name="Height">From top to bottom.</param>
public readonly record struct PixelSize(int Width, int Height)
{
    /// <summary>As people write it: 832×1216.</summary>
    public override string ToString() => $"{Width}×{Height}";
}

/// <summary>How a picture gets into its bucket: resized until it covers the bucket, then cropped.</summary>
/// <param name="Bucket">The size that is trained; multiples of the bucket step.</param>
/// <param name="Resized">The size before cropping; at least the bucket in both directions.</param>
/// <param name="CropX">Pixels cut off at the left, when the crop lies in the middle.</param>
/// <param name="CropY">Pixels cut off at the top, when the crop lies in the middle.</param>
public readonly record struct Placement(PixelSize Bucket, PixelSize Resized, int CropX, int CropY)
{
    /// <summary>The middle of a resized picture.</summary>
    internal static Placement Middle(PixelSize bucket, PixelSize resized) =>
        new(bucket, resized, (resized.Width - bucket.Width) / 2, (resized.Height - bucket.Height) / 2);

    /// <summary>A picture scaled evenly until it covers the bucket, and its middle.</summary>
    internal static Placement Covering(PixelSize bucket, PixelSize picture)
    {
        double ratio = (double)picture.Width / picture.Height;
        double scale = ratio > (double)bucket.Width / bucket.Height ? (double)bucket.Height / picture.Height : (double)bucket.Width / picture.Width;
        return Middle(bucket, new((int)(picture.Width * scale + 0.5), (int)(picture.Height * scale + 0.5)));
    }
}
