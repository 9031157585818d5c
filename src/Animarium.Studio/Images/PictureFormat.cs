namespace Animarium.Studio.Images;

/// <summary>The formats pictures are kept in.</summary>
public enum PictureFormat
{
    /// <summary>Lossless, read by everything.</summary>
    Png,

    /// <summary>Small; quality 100 is lossless.</summary>
    WebP,

    /// <summary>Read by everything, lossy, no transparency, descriptions up to 59 KB.</summary>
    Jpeg,

    /// <summary>AV1 still: smallest, slow to write.</summary>
    Avif,

    /// <summary>Only read, its first frame.</summary>
    Gif,
}

/// <summary>What tells formats apart.</summary>
public static class PictureFormats
{
    /// <summary>The usual file extension, with the dot.</summary>
    public static string Extension(this PictureFormat format) => format == PictureFormat.Jpeg ? ".jpg" : "." + format.ToString().ToLowerInvariant();

    /// <summary>What HTTP calls it.</summary>
    public static string MediaType(this PictureFormat format) => "image/" + format.ToString().ToLowerInvariant();

    /// <summary>The format a file name's extension stands for, or null.</summary>
    public static PictureFormat? OfName(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => PictureFormat.Png,
        ".webp" => PictureFormat.WebP,
        ".jpg" or ".jpeg" or ".jfif" => PictureFormat.Jpeg,
        ".avif" => PictureFormat.Avif,
        ".gif" => PictureFormat.Gif,
        _ => null,
    };

    /// <summary>The format a file's first bytes (12 are enough) stand for, or null. Names are not asked: files are renamed.</summary>
    public static PictureFormat? OfContent(ReadOnlySpan<byte> start) => start switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => PictureFormat.Png,
        [0xFF, 0xD8, 0xFF, ..] => PictureFormat.Jpeg,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => PictureFormat.WebP,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => PictureFormat.Gif,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a' or (byte)'m', (byte)'v' or (byte)'i', (byte)'i' or (byte)'f', ..] => PictureFormat.Avif,
        _ => null,
    };
}
