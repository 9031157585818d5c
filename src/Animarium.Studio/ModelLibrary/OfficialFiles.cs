namespace Animarium.Studio.ModelLibrary;

/// <summary>A file as its makers publish it.</summary>
/// <param name="Folder">The folder it belongs into.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
public sealed record OfficialFile(string Folder, string Name, long Bytes)
{
    /// <summary>SHA-256 of the file, 64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Where its makers publish it.</summary>
    public Uri Source => new(OfficialFiles.Page, $"Anima/resolve/main/split_files/{Folder}/{Name}");

    /// <summary>For messages: name, size, folder.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Folder}/{Name} ({Bytes / 1e9:0.00} GB)");
}

/// <summary>The official files: the base model, and what its makers distilled and tuned from it.</summary>
public static class OfficialFiles
{
    /// <summary>What the makers say of their models, and the licence under which they may be used.</summary>
    public static Uri Page { get; } = new("https://huggingface.co/circlestone-labs/Anima");

    /// <summary>Width of the official text encoder.</summary>
    internal const long TextWidth = 1024;

    /// <summary>Base width of the official VAE; one of another width has another latent space and serves only the model it came with.</summary>
    internal const long VaeWidth = 96;

    /// <summary>Entries of the official tokenizers: an embedding with fewer was trained with tokenizers of its own.</summary>
    internal const long QwenVocabulary = 151_643, T5Vocabulary = 32_000;

    /// <summary>Transformer and adapter.</summary>
    public static OfficialFile Transformer { get; } = new("diffusion_models", "anima-base-v1.0.safetensors", 4_182_218_328) { Sha256 = "bd43b7cffe1ed1153d9c41e7beb2f18cb1273eafbaa3af3edd6a173dc90a006e" };

    /// <summary>Transformer and adapter for few steps without guidance.</summary>
    public static OfficialFile Turbo { get; } = new("diffusion_models", "anima-turbo-v1.1.safetensors", 4_182_230_656) { Sha256 = "fba11953276b57edf59d1dc4f1857ac05aa079c56f982b4d7c20298d57d3f7eb" };

    /// <summary>Transformer and adapter that need no words of quality.</summary>
    public static OfficialFile Aesthetic { get; } = new("diffusion_models", "anima-aesthetic-v1.1.safetensors", 4_182_230_656) { Sha256 = "3c1868387a3a1ff504bbb87c33678321965ead381fcf87afbd0264daa600c082" };

    /// <summary>Text encoder.</summary>
    public static OfficialFile TextEncoder { get; } = new("text_encoders", "qwen_3_06b_base.safetensors", 1_192_135_096) { Sha256 = "cd2a512003e2f9f3cd3c32a9c3573f820bb28c940f73c57b1ddaa983d9223eba" };

    /// <summary>VAE.</summary>
    public static OfficialFile Vae { get; } = new("vae", "qwen_image_vae.safetensors", 253_806_246) { Sha256 = "a70580f0213e67967ee9c95f05bb400e8fb08307e017a924bf3441223e023d1f" };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OfficialFile> All { get; } = [Transformer, TextEncoder, Vae, Turbo, Aesthetic];

    /// <summary>What it takes to draw.</summary>
    public static IReadOnlyList<OfficialFile> Needed { get; } = [Transformer, TextEncoder, Vae];
}
