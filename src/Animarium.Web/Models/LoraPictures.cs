using Animarium.Web.Api;

namespace Animarium.Web.Models;

/// <summary>Where the pictures of LoRAs are read, by pages and by programs (<see cref="ModelsApi"/>).</summary>
internal static class LoraPictures
{
    /// <summary>The address of a LoRA's picture, or of a plain one where it has none.</summary>
    public static string Of(string name) => $"{ApiRoutes.Root}/loras/{Uri.EscapeDataString(name)}/thumbnail?orPlain=true";
}
