using Animarium.Studio.Images;
using Animarium.Studio.Images.Decoding;
using Animarium.Studio.Storage;

namespace Animarium.Studio.Gallery;

/// <summary>The sizes of thumbnails.</summary>
public enum ThumbnailSize
{
    /// <summary>256 pixels at most: rows of the gallery.</summary>
    Small = 256,

    /// <summary>512 pixels at most: large rows, and screens with fine pixels.</summary>
    Large = 512,
}

/// <summary>
/// Thumbnails as files, made when they are first wanted. Their names are made of the picture's hash: what is under a name never changes, browsers may keep it for ever,
/// and the folder may be deleted at any time.
/// </summary>
/// <param name="folder">Where they are.</param>
/// <param name="decoder">Makes them.</param>
internal sealed class ThumbnailShelf(string folder, IDecoder decoder)
{
    // A page asks for a hundred at once: decoded side by side, large pictures would fill the memory. Who waits holds no thread: nineteen that did held up the whole server.
    private static readonly SemaphoreSlim Making = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>The file of a picture's thumbnail, whether it is there or not.</summary>
    public string PathOf(string hash, ThumbnailSize size) => Path.Combine(folder, hash[..2], $"{hash}-{(int)size}.webp");

    /// <summary>The same, made if it is not there.</summary>
    /// <exception cref="PictureException">The picture cannot be read, or the thumbnail not written.</exception>
    public async Task<string> Of(string hash, string picture, ThumbnailSize size)
    {
        string path = PathOf(hash, size);
        if (File.Exists(path)) return path;
        await Making.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!File.Exists(path)) AtomicFile.Write(path, decoder.Thumbnail(picture, (int)size));
            return path;
        }
        finally
        {
            Making.Release();
        }
    }

    /// <summary>Forgets a picture.</summary>
    public void Remove(string hash)
    {
        foreach (var size in Enum.GetValues<ThumbnailSize>())
        {
            try
            {
                File.Delete(PathOf(hash, size));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A thumbnail without a picture takes some kilobytes and does no harm.
            }
        }
    }
}
