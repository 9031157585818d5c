using NetVips;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Images;

/// <summary>What a picture file says about itself before its pixels are decoded.</summary>
/// <param name="Width">Pixels, turned upright.</param>
/// <param name="Height">Pixels, turned upright.</param>
/// <param name="HasAlpha">Whether it has transparency.</param>
public readonly record struct PictureHeader(int Width, int Height, bool HasAlpha)
{
    private const int FirstTurned = 5, LastTurned = 8; // EXIF orientations that swap width and height

    /// <summary>The same from memory; <paramref name="name"/> is what messages call it.</summary>
    /// <exception cref="PictureException">No picture, a broken header, or more than <see cref="PictureFile.MostPixels"/>.</exception>
    public static PictureHeader Read(byte[] file, string name = "the picture")
    {
        PictureFile.Prepare();
        if (PictureFormats.OfContent(file) is null) throw new PictureException(Words.Say("picture.unknown", name));
        try
        {
            using var image = Image.NewFromBuffer(file, access: Enums.Access.Sequential);
            return Of(image, name);
        }
        catch (VipsException e)
        {
            throw new PictureException(Words.Say("picture.damaged", name, e.Message.Trim().ReplaceLineEndings(" ")), e);
        }
    }

    /// <summary>Reads the header alone: a fraction of a millisecond, whatever the size of the picture.</summary>
    /// <exception cref="PictureException">No such file, no picture, a broken header, or more than <see cref="PictureFile.MostPixels"/>.</exception>
    public static PictureHeader Read(string path)
    {
        PictureFile.Prepare();
        try
        {
            Span<byte> start = stackalloc byte[12];
            using (var stream = File.OpenRead(path)) start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            if (PictureFormats.OfContent(start) is null) throw new PictureException(Words.Say("picture.unknown", path));
            using var image = Image.NewFromFile(path, access: Enums.Access.Sequential);
            return Of(image, path);
        }
        catch (VipsException e)
        {
            throw new PictureException(Words.Say("picture.damaged", path, e.Message.Trim().ReplaceLineEndings(" ")), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(Words.Say("picture.read", path, e.Message), e);
        }
    }

    private static PictureHeader Of(Image image, string name)
    {
        if ((long)image.Width * image.Height > PictureFile.MostPixels)
            throw new PictureException(Words.Say("picture.large", name, image.Width, image.Height, PictureFile.MostPixels / 1_000_000));
        bool turned = image.Contains("orientation") && image.Get("orientation") is int and >= FirstTurned and <= LastTurned;
        return turned ? new(image.Height, image.Width, image.HasAlpha()) : new(image.Width, image.Height, image.HasAlpha());
    }
}
