using System.Reflection;

namespace Animarium.Studio.Generation.Descriptions;

/// <summary>Weights that a picture was drawn with.</summary>
/// <param name="Name">The name in the model library.</param>
/// <param name="File">The file's name, without folders: what other programs call it, and no business of strangers' where it lies.</param>
/// <param name="Hash">Lower-case hex digits of SHA-256, or null: of the whole file for models, of the tensors' bytes for LoRAs.</param>
public sealed record WeightsUsed(string Name, string File, string? Hash = null);

/// <summary>A picture that another was drawn over.</summary>
/// <param name="File">The file's name, without folders.</param>
/// <param name="Hash">SHA-256 of the file, 64 lower-case hex digits.</param>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
public sealed record PictureUsed(string File, string Hash, int Width, int Height)
{
    /// <summary>Of a file.</summary>
    /// <exception cref="Images.PictureException">It cannot be read, or is no picture.</exception>
    public static PictureUsed Of(string path)
    {
        var header = Images.PictureHeader.Read(path);
        return new(Path.GetFileName(path), Images.ContentHash.Of(path), header.Width, header.Height);
    }
}

/// <summary>Everything to say about one picture.</summary>
/// <param name="Request">The request of this one picture: its own seed, the prompt as it was drawn, LoRAs in their list.</param>
/// <param name="Model">The diffusion transformer.</param>
/// <param name="TextEncoder">The text encoder.</param>
/// <param name="Vae">The VAE.</param>
/// <param name="Loras">One for each LoRA of the request, in order.</param>
public sealed record PictureFacts(GenerationRequest Request, WeightsUsed Model, WeightsUsed TextEncoder, WeightsUsed Vae, IReadOnlyList<WeightsUsed> Loras)
{
    /// <summary>The picture it was drawn over, if any.</summary>
    public PictureUsed? Init { get; init; }

    /// <summary>The prompt with its wildcards, where it had any.</summary>
    public string? Template { get; init; }

    /// <summary>The program and its version.</summary>
    public string Program { get; init; } = $"animarium-{typeof(PictureFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}";

    /// <summary>The texts that go into the picture's file.</summary>
    public Images.PictureDescription Describe() => new(InfotextForm.Write(this), JsonForm.Write(this), ComfyForm.Write(this));
}
