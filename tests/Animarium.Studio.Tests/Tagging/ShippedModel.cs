using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tokenizers;
using Animarium.Diffusion.Weights;

namespace Animarium.Studio.Tests.Tagging;

/// <summary>models/anima-mini of the checkout that these tests were built in.</summary>
internal sealed class ShippedModel : IDisposable
{
    private readonly Checkpoint transformer = Checkpoint.Open(Path.Combine(Folder, "diffusion_models", "anima-mini.safetensors"));
    private readonly Checkpoint textEncoder = Checkpoint.Open(Path.Combine(Folder, "text_encoders", "qwen3_mini.safetensors"));
    private readonly Checkpoint vae = Checkpoint.Open(Path.Combine(Folder, "vae", "qwen_image_vae_mini.safetensors"));

    public ShippedModel() =>
        Pipeline = new(new AnimaModel(transformer.DiffusionModel!, textEncoder.TextEncoder!, vae.Vae!), PromptTokenizers.Open(Path.Combine(Folder, "tokenizers")), EngineOptions.Reference);

    public static string Folder { get; } = Find();

    public static string Tagger => Path.Combine(Folder, "tagger");

    public AnimaPipeline Pipeline { get; }

    public void Dispose()
    {
        Pipeline.Dispose();
        transformer.Dispose();
        textEncoder.Dispose();
        vae.Dispose();
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "models", "anima-mini") is var model && Directory.Exists(model)) return model;
        throw new DirectoryNotFoundException("The tests run from a build inside the checkout.");
    }
}
