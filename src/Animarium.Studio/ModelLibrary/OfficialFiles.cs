namespace Animarium.Studio.ModelLibrary;

/// <summary>A file as its makers publish it.</summary>
/// <param name="Folder">The folder it belongs into.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
public sealed record OfficialFile(string Folder, string Name, long Bytes)
{
    /// <summary>For messages: name, size, folder.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Folder}/{Name} ({Bytes / 1e9:0.00} GB)");
}

/// <summary>The files of the official base model.</summary>
public static class OfficialFiles
{
    /// <summary>Width of the official text encoder.</summary>
    internal const long TextWidth = 1024;

    /// <summary>Base width of the official VAE; one of another width has another latent space and serves only the model it came with.</summary>
    internal const long VaeWidth = 96;

    /// <summary>Entries of the official tokenizers: an embedding with fewer was trained with tokenizers of its own.</summary>
    internal const long QwenVocabulary = 151_643, T5Vocabulary = 32_000;

    /// <summary>Transformer and adapter.</summary>
    public static OfficialFile Transformer { get; } = new("diffusion_models", "anima-base-v1.0.safetensors", 4_182_218_328);

    /// <summary>Text encoder.</summary>
    public static OfficialFile TextEncoder { get; } = new("text_encoders", "qwen_3_06b_base.safetensors", 1_192_135_096);

    /// <summary>VAE.</summary>
    public static OfficialFile Vae { get; } = new("vae", "qwen_image_vae.safetensors", 253_806_246);
}
