using Animarium.Studio.Gallery;
using Animarium.Web.Api;

namespace Animarium.Web.Gallery;

/// <summary>Where pictures are read, by pages and by programs (<see cref="GalleryApi"/>). The address holds the hash of the file, so what is behind it never changes.</summary>
internal static class PictureFiles
{
    /// <summary>The address of a picture's file.</summary>
    public static string File(GalleryPicture picture) => $"{ApiRoutes.Root}/files/{picture.Hash}";

    /// <summary>The address of its thumbnail.</summary>
    public static string Small(GalleryPicture picture) => File(picture) + "/small";
}
