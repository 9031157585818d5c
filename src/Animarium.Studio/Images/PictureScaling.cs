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
}
