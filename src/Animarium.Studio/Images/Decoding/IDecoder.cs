namespace Animarium.Studio.Images.Decoding;

/// <summary>What a picture's file says of itself.</summary>
/// <param name="Header">Its size.</param>
/// <param name="Metadata">Its texts.</param>
public sealed record DescribedFile(PictureHeader Header, ImageMetadata Metadata);

/// <summary>
/// Where files of strangers are looked into: libraries that decode pictures are where broken and hostile files do harm. May be called from several threads.
/// </summary>
public interface IDecoder
{
    /// <summary>A small WebP file of a picture, as <see cref="PictureThumbnail.Make"/> makes it.</summary>
    /// <exception cref="PictureException">It cannot be read or decoded.</exception>
    byte[] Thumbnail(string path, int side);

    /// <summary>Size and texts of a picture; its pixels are not decoded.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What messages call it; null: by its path.</param>
    /// <exception cref="PictureException">It cannot be read, or is no picture.</exception>
    DescribedFile Describe(string path, string? name = null);
}

/// <summary>In this process: for pictures of one's own, and for programs that end with the file they read.</summary>
public sealed class DecoderHere : IDecoder
{
    /// <inheritdoc/>
    public byte[] Thumbnail(string path, int side) => PictureThumbnail.Make(PictureFile.Bytes(path), side, path);

    /// <inheritdoc/>
    public DescribedFile Describe(string path, string? name = null)
    {
        byte[] file = PictureFile.Bytes(path);
        return new(PictureHeader.Read(file, name ?? path), ImageMetadata.Read(file, name ?? path));
    }
}
