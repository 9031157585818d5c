using NetVips;

namespace Animarium.Studio.Images;

/// <summary>How new pixels are made from old ones.</summary>
public enum PictureFilter
{
    /// <summary>Sharp, the usual choice.</summary>
    Lanczos,

    /// <summary>Softer, without ringing.</summary>
    Bicubic,

    /// <summary>Softest.</summary>
    Bilinear,

    /// <summary>No new colours: for masks and pixel art.</summary>
    Nearest,
}

/// <summary>Other sizes of a picture.</summary>
public static class PictureScaling
{
    /// <summary>The picture at exactly this size; its proportions are not kept.</summary>
    /// <param name="picture">Transparent pixels do not bleed into others.</param>
    /// <param name="width">Pixels, 1 or more.</param>
    /// <param name="height">Pixels, 1 or more.</param>
    /// <param name="filter">Filters widen when the picture gets smaller, so nothing flickers.</param>
    /// <exception cref="ArgumentOutOfRangeException">An empty size, or more than <see cref="PictureFile.MostPixels"/>.</exception>
    public static Picture Resize(this Picture picture, int width, int height, PictureFilter filter = PictureFilter.Lanczos)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, PictureFile.MostPixels, nameof(width));
        if ((width, height) == (picture.Width, picture.Height)) return picture;

        var kernel = filter switch
        {
            PictureFilter.Lanczos => Enums.Kernel.Lanczos3,
            PictureFilter.Bicubic => Enums.Kernel.Cubic,
            PictureFilter.Bilinear => Enums.Kernel.Linear,
            _ => Enums.Kernel.Nearest,
        };
        bool alpha = picture.Channels == 4 && filter != PictureFilter.Nearest;
        using var image = PictureFile.AsImage(picture);
        using var weighted = alpha ? image.Premultiply() : image.Copy();
        using var scaled = weighted.Resize((double)width / picture.Width, kernel, vscale: (double)height / picture.Height);
        using var plain = alpha ? scaled.Unpremultiply() : scaled.Copy();
        using var bytes = plain.Cast(Enums.BandFormat.Uchar);
        return new Picture(bytes.Width, bytes.Height, bytes.Bands, bytes.WriteToMemory<byte>());
    }

    /// <summary>The picture at exactly this size with its proportions kept: scaled until it covers the size, then cropped around its middle.</summary>
    /// <param name="picture">Any.</param>
    /// <param name="width">Pixels, 1 or more.</param>
    /// <param name="height">Pixels, 1 or more.</param>
    /// <param name="filter">As in <see cref="Resize"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An empty size, or more than <see cref="PictureFile.MostPixels"/>.</exception>
    public static Picture Cover(this Picture picture, int width, int height, PictureFilter filter = PictureFilter.Lanczos)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        // Cropping first keeps a thin panorama from becoming a gigantic picture on the way.
        double scale = Math.Max((double)width / picture.Width, (double)height / picture.Height);
        int seenWidth = Math.Clamp((int)Math.Round(width / scale), 1, picture.Width), seenHeight = Math.Clamp((int)Math.Round(height / scale), 1, picture.Height);
        if ((seenWidth, seenHeight) == (picture.Width, picture.Height)) return picture.Resize(width, height, filter);
        using var image = PictureFile.AsImage(picture);
        using var seen = image.Crop((picture.Width - seenWidth) / 2, (picture.Height - seenHeight) / 2, seenWidth, seenHeight);
        return new Picture(seenWidth, seenHeight, picture.Channels, seen.WriteToMemory<byte>()).Resize(width, height, filter);
    }

    /// <summary>The picture under a Gaussian blur; its size stays.</summary>
    /// <param name="picture">Grey or RGB.</param>
    /// <param name="sigma">Standard deviation in pixels; 0 changes nothing.</param>
    public static Picture Blurred(this Picture picture, double sigma)
    {
        if (sigma <= 0) return picture;
        using var image = PictureFile.AsImage(picture);
        using var blurred = image.Gaussblur(sigma, precision: Enums.Precision.Float);
        using var rounded = blurred.Rint();
        using var bytes = rounded.Cast(Enums.BandFormat.Uchar);
        return new Picture(bytes.Width, bytes.Height, bytes.Bands, bytes.WriteToMemory<byte>());
    }

    /// <summary>Black for white and white for black in every channel.</summary>
    /// <param name="picture">Grey or RGB.</param>
    public static Picture Inverted(this Picture picture) => new(picture.Width, picture.Height, picture.Channels, [.. picture.Pixels.Select(value => (byte)(255 - value))]);
}
