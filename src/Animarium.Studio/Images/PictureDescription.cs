namespace Animarium.Studio.Images;

/// <summary>What is written into a picture about how it was made.</summary>
/// <param name="Infotext">The A1111 "parameters" text, or null.</param>
/// <param name="Json">The complete description in our own JSON, or null.</param>
/// <param name="ComfyPrompt">The graph that draws the picture in ComfyUI, in API form and ASCII, or null. PNG and WebP keep it, as ComfyUI itself does.</param>
public sealed record PictureDescription(string? Infotext = null, string? Json = null, string? ComfyPrompt = null)
{
    /// <summary>Nothing.</summary>
    public static PictureDescription None { get; } = new();
}
