using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tokenizers;
using Animarium.Diffusion.Weights;

namespace Animarium.Studio.Tests.Tagging;

/// <summary>A model of the checkout that these tests were built in: a folder of models/.</summary>
internal sealed class ShippedModel : IDisposable
{
    private const string First = "anima-mini";

    private readonly Checkpoint transformer, textEncoder, vae;

    public ShippedModel(string name = First)
    {
        (transformer, textEncoder, vae) = (Open(name, "diffusion_models"), Open(name, "text_encoders"), Open(name, "vae"));
        Pipeline = new(new AnimaModel(transformer.DiffusionModel!, textEncoder.TextEncoder!, vae.Vae!), PromptTokenizers.Open(Path.Combine(Models, name, "tokenizers")), EngineOptions.Reference);
    }

    /// <summary>The folder of all.</summary>
    private static string Models { get; } = Find();

    /// <summary>Their names.</summary>
    public static IEnumerable<string> All => Directory.EnumerateDirectories(Models).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

    /// <summary>The first one's folder, which holds the tagger and pictures, too.</summary>
    public static string Folder => Path.Combine(Models, First);

    public static string Tagger => Path.Combine(Folder, "tagger");

    public AnimaPipeline Pipeline { get; }

    public void Dispose()
    {
        Pipeline.Dispose();
        transformer.Dispose();
        textEncoder.Dispose();
        vae.Dispose();
    }

    private static Checkpoint Open(string name, string kind) => Checkpoint.Open(Directory.EnumerateFiles(Path.Combine(Models, name, kind)).Single());

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "models") is var models && Directory.Exists(Path.Combine(models, First))) return models;
        throw new DirectoryNotFoundException("The tests run from a build inside the checkout.");
    }
}
