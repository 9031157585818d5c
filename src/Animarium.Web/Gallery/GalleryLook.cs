using Animarium.Studio.Gallery;

namespace Animarium.Web.Gallery;

/// <summary>Where a person is in the gallery. It lives as long as the browser's connection: who comes back from a comparison finds search and choice as they were.</summary>
public sealed class GalleryLook
{
    /// <summary>What is searched for.</summary>
    public GalleryQuery Query { get; set; } = GalleryQuery.All;

    /// <summary>The same among the pictures that were there when the page last looked: those that come meanwhile do not push the others from under the mouse.</summary>
    public GalleryQuery Shown => Query with { Last = Last };

    /// <summary>The last picture that was there.</summary>
    public long Last { get; set; }

    /// <summary>How many pictures it found.</summary>
    public int Count { get; set; }

    /// <summary>The pictures that are chosen.</summary>
    public PictureChoice Chosen { get; } = new();

    /// <summary>Pictures side by side; 0 while the browser has not told its width.</summary>
    public int Columns { get; set; }
}
