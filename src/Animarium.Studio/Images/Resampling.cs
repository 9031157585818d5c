namespace Animarium.Studio.Images;

/// <summary>The filters of training programs, by the library whose numbers they give.</summary>
public enum ResampleMethod
{
    /// <summary>OpenCV: the mean of what a pixel covers.</summary>
    Area,

    /// <summary>Pillow: sinc windowed by sinc over six pixels; widens when the picture shrinks.</summary>
    Lanczos,

    /// <summary>Pillow: the mean of whole pixels.</summary>
    Box,

    /// <summary>OpenCV: two neighbours a side, also when the picture shrinks.</summary>
    Bilinear,

    /// <summary>OpenCV: four neighbours a side, also when the picture shrinks.</summary>
    Bicubic,

    /// <summary>OpenCV's exact form: one pixel.</summary>
    Nearest,
}

/// <summary>
/// Resizing with the same numbers as the trainers whose LoRAs people compare with: within one grey level of OpenCV's and Pillow's 8-bit results.
/// Drawing uses <see cref="PictureScaling"/>.
/// </summary>
public static class Resampling
{
    /// <summary>The method sd-scripts takes where none is named: area if both sides shrink or stay, else Lanczos.</summary>
    public static ResampleMethod Automatic(int fromWidth, int fromHeight, int width, int height) =>
        fromWidth >= width && fromHeight >= height ? ResampleMethod.Area : ResampleMethod.Lanczos;

    /// <summary>The method of a name as settings write it, or null.</summary>
    public static ResampleMethod? OfName(string name) => name.ToLowerInvariant() switch
    {
        "area" => ResampleMethod.Area,
        "lanczos" or "lanczos4" => ResampleMethod.Lanczos,
        "box" => ResampleMethod.Box,
        "bilinear" or "linear" => ResampleMethod.Bilinear,
        "bicubic" or "cubic" => ResampleMethod.Bicubic,
        "nearest" => ResampleMethod.Nearest,
        _ => null,
    };

    /// <summary>The picture at exactly this size. With transparency, Pillow's methods weight colours by it (invisible pixels become black), OpenCV's do not.</summary>
    /// <param name="picture">Any.</param>
    /// <param name="width">Pixels, 1 or more.</param>
    /// <param name="height">Pixels, 1 or more.</param>
    /// <param name="method">Which numbers.</param>
    public static Picture Resample(this Picture picture, int width, int height, ResampleMethod method) =>
        picture.Resample(width, height, method, 0, 0, width, height);

    /// <summary>A piece of the picture at another size; nothing but the piece is computed, so that strips of extreme proportions cost no memory.</summary>
    /// <param name="picture">Any.</param>
    /// <param name="width">Of the whole resized picture.</param>
    /// <param name="height">Of the whole resized picture.</param>
    /// <param name="method">Which numbers.</param>
    /// <param name="left">Where the piece begins in the resized picture.</param>
    /// <param name="top">Where the piece begins in the resized picture.</param>
    /// <param name="pieceWidth">The width of the result.</param>
    /// <param name="pieceHeight">The height of the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">An empty size, a piece outside of the picture, or more than <see cref="PictureFile.MostPixels"/>.</exception>
    public static Picture Resample(this Picture picture, int width, int height, ResampleMethod method, int left, int top, int pieceWidth, int pieceHeight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceHeight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pieceWidth, width - left);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pieceHeight, height - top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)pieceWidth * pieceHeight, PictureFile.MostPixels, nameof(pieceWidth));
        if ((width, height) == (picture.Width, picture.Height)) method = ResampleMethod.Nearest; // nothing is resized, and each pixel is its own

        bool shrinks = picture.Width >= width && picture.Height >= height, pillow = method is ResampleMethod.Lanczos or ResampleMethod.Box;
        bool weighted = pillow && picture.Channels == 4;
        var source = weighted ? Premultiplied(picture) : picture;
        var resized = Apply(source, Weights(new(picture.Width, width, left, pieceWidth)), Weights(new(picture.Height, height, top, pieceHeight)), pillow);
        return weighted ? Divided(resized) : resized;

        Taps[] Weights(Axis axis) => method switch
        {
            ResampleMethod.Area when shrinks => ResampleWeights.Area(axis),
            ResampleMethod.Area => ResampleWeights.AreaLinear(axis),
            ResampleMethod.Lanczos => ResampleWeights.Kernel(axis, 3, ResampleWeights.Lanczos),
            ResampleMethod.Box => ResampleWeights.Kernel(axis, 0.5, ResampleWeights.Box),
            ResampleMethod.Bilinear => ResampleWeights.Linear(axis),
            ResampleMethod.Bicubic => ResampleWeights.Cubic(axis),
            _ => ResampleWeights.Nearest(axis),
        };
    }

    /// <summary>Along the rows, then along the columns. Pillow rounds to bytes in between, OpenCV does not.</summary>
    private static Picture Apply(Picture picture, Taps[] columns, Taps[] rows, bool roundsBetween)
    {
        int channels = picture.Channels, width = columns.Length * channels;
        int top = rows.Min(taps => taps.Start), bottom = rows.Max(taps => taps.Start + taps.Weights.Length);
        var wide = new float[bottom - top][];
        Parallel.For(top, bottom, y => wide[y - top] = Row(picture.Pixels.AsSpan(y * picture.Width * channels, picture.Width * channels)));

        var pixels = new byte[rows.Length * width];
        Parallel.For(0, rows.Length, y =>
        {
            var sums = new float[width];
            for (int tap = 0; tap < rows[y].Weights.Length; tap++)
            {
                var row = wide[rows[y].Start - top + tap];
                float weight = rows[y].Weights[tap];
                for (int x = 0; x < sums.Length; x++) sums[x] += weight * row[x];
            }
            for (int x = 0; x < width; x++) pixels[y * width + x] = Byte(sums[x]);
        });
        return new Picture(columns.Length, rows.Length, channels, pixels);

        float[] Row(ReadOnlySpan<byte> from)
        {
            var row = new float[width];
            for (int x = 0; x < columns.Length; x++)
                for (int c = 0; c < channels; c++)
                {
                    float sum = 0;
                    int at = columns[x].Start * channels + c;
                    foreach (float weight in columns[x].Weights)
                    {
                        sum += weight * from[at];
                        at += channels;
                    }
                    row[x * channels + c] = roundsBetween ? Byte(sum) : sum;
                }
            return row;
        }
    }

    private static Picture Premultiplied(Picture picture) => Coloured(picture, (colour, alpha) => (colour * alpha + 127) / 255);

    private static Picture Divided(Picture picture) => Coloured(picture, (colour, alpha) => alpha is 0 or 255 ? colour : Math.Min(colour * 255 / alpha, 255));

    private static Picture Coloured(Picture picture, Func<int, int, int> change)
    {
        var pixels = (byte[])picture.Pixels.Clone();
        for (int i = 0; i < pixels.Length; i += 4)
            for (int c = 0; c < 3; c++) pixels[i + c] = (byte)change(pixels[i + c], pixels[i + 3]);
        return new Picture(picture.Width, picture.Height, 4, pixels);
    }

    private static byte Byte(float value) => (byte)Math.Clamp((int)(value + 0.5f), 0, 255);
}
