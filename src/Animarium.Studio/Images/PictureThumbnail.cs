using Animarium.Studio.Texts;
using NetVips;

namespace Animarium.Studio.Images;

/// <summary>Small pictures for overviews.</summary>
public static class PictureThumbnail
{
    private const int Quality = 80; // of WebP: at 256 pixels nobody sees a difference to more

    /// <summary>A WebP file of a picture, upright, in sRGB, within a square; smaller pictures stay as large as they are.</summary>
    /// <param name="file">PNG, JPEG, WebP, AVIF or GIF.</param>
    /// <param name="side">Pixels of the square's side.</param>
    /// <param name="name">What messages call the picture.</param>
    /// <exception cref="PictureException">No picture, a broken one, or more than <see cref="PictureFile.MostPixels"/> pixels.</exception>
    public static byte[] Make(byte[] file, int side, string name = "the picture")
    {
        PictureHeader.Read(file, name); // refuses what is no picture or would not fit into memory
        try
        {
            using var small = Image.ThumbnailBuffer(file, side, height: side, size: Enums.Size.Down, outputProfile: "srgb", failOn: Enums.FailOn.Truncated);
            return small.WebpsaveBuffer(q: Quality, keep: Enums.ForeignKeep.None);
        }
        catch (VipsException e)
        {
            throw new PictureException(Words.Say("picture.damaged", name, e.Message.Trim().ReplaceLineEndings(" ")), e);
        }
    }
}
