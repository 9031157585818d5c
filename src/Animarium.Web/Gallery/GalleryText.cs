namespace Animarium.Web.Gallery;

/// <summary>Stands for the texts of the gallery.</summary>
public sealed class GalleryText;
