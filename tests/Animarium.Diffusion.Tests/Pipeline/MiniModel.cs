using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tokenizers;
using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Tests.Pipeline;

/// <summary>The model that ships with the program.</summary>
static class MiniModel
{
    public static string Folder { get; } = Path.Combine(Checkout(), "models", "anima-mini");

    public static string Transformer { get; } = Path.Combine(Folder, "diffusion_models", "anima-mini.safetensors");

    public static AnimaPipeline Pipeline(EngineOptions? options = null) =>
        new(new AnimaModel(Part(Transformer), Part(Path.Combine(Folder, "text_encoders", "qwen3_mini.safetensors")), Part(Path.Combine(Folder, "vae", "qwen_image_vae_mini.safetensors"))),
            PromptTokenizers.Open(Path.Combine(Folder, "tokenizers")), options ?? EngineOptions.Reference);

    static WeightScope Part(string path)
    {
        var file = SafeTensorsFile.Open(path);
        return new(file.Entries.Keys.ToDictionary(name => name.Replace("net.", "").Replace("model.", ""), name => new Func<TorchSharp.torch.Tensor>(() => file.Read(name))));
    }

    static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Animarium.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
