using Animarium.Diffusion.Weights;

namespace Animarium.Studio.ModelLibrary;

/// <summary>A diffusion model with the parts that belong to it.</summary>
/// <param name="Transformer">Diffusion transformer and text adapter.</param>
/// <param name="TextEncoder">The text encoder whose width the adapter reads, or null.</param>
/// <param name="Vae">The VAE of its latents, or null.</param>
/// <param name="Tokenizers">Folder with <c>qwen</c> and <c>t5</c>; null: the official ones that the program carries.</param>
/// <param name="Missing">What keeps it from drawing, one sentence each.</param>
public sealed record LibraryModel(ModelPart Transformer, ModelPart? TextEncoder, ModelPart? Vae, string? Tokenizers, IReadOnlyList<string> Missing)
{
    /// <summary>What it is called.</summary>
    public string Name => Transformer.Name;

    /// <summary>Whether it can draw.</summary>
    public bool IsComplete => Missing.Count == 0;

    /// <summary>Whether it has the official sizes: those come before small ones.</summary>
    public bool IsOfficialSize => Transformer.Size(FileKind.DiffusionModel, "text_width") == OfficialFiles.TextWidth;
}
