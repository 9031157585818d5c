using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tokenizers;
using Animarium.Diffusion.Weights;

namespace Animarium.Studio.Tests.Tagging;

/// <summary>models/anima-mini of the checkout that these tests were built in.</summary>
internal sealed class ShippedModel : IDisposable
{
    public ShippedModel() => Pipeline = new(
        new AnimaModel(Part("diffusion_models/anima-mini.safetensors"), Part("text_encoders/qwen3_mini.safetensors"), Part("vae/qwen_image_vae_mini.safetensors")),
        PromptTokenizers.Open(Path.Combine(Folder, "tokenizers")), EngineOptions.Reference);

    public static string Folder { get; } = Find();

    public static string Tagger => Path.Combine(Folder, "tagger");

    public AnimaPipeline Pipeline { get; }

    public void Dispose() => Pipeline.Dispose();

    private static WeightScope Part(string path)
    {
        var file = SafeTensorsFile.Open(Path.Combine(Folder, path));
        return new(file.Entries.Keys.ToDictionary(name => name[(name.StartsWith("net.", StringComparison.Ordinal) ? 4 : name.StartsWith("model.", StringComparison.Ordinal) ? 6 : 0)..],
            name => new Func<TorchSharp.torch.Tensor>(() => file.Read(name))));
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "models", "anima-mini") is var model && Directory.Exists(model)) return model;
        throw new DirectoryNotFoundException("The tests run from a build inside the checkout.");
    }
}
