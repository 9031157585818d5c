using Animarium.Diffusion.Weights;
using Animarium.Studio.Texts;

namespace Animarium.Studio.ModelLibrary;

/// <summary>Which text encoder and VAE belong to a transformer: what the tensors say decides, then nearness. Names decide nothing.</summary>
internal static class Pairing
{
    /// <summary>Pairs a transformer with what is there.</summary>
    /// <param name="transformer">The transformer.</param>
    /// <param name="parts">Everything that was found.</param>
    public static LibraryModel Of(ModelPart transformer, IReadOnlyList<ModelPart> parts)
    {
        var encoder = Nearest(transformer, parts, FileKind.TextEncoder, OfficialFiles.TextEncoder, part => TextEncoderProblem(transformer, part) is null);
        var vae = Nearest(transformer, parts, FileKind.Vae, OfficialFiles.Vae, part => VaeProblem(transformer, part) is null && (part.Folder == transformer.Folder || HasOfficialLatents(transformer, part)));
        return With(transformer, encoder, vae);
    }

    /// <summary>A model of exactly these parts, with what is still missing.</summary>
    public static LibraryModel With(ModelPart transformer, ModelPart? encoder, ModelPart? vae)
    {
        string? tokenizers = new[] { transformer, encoder }.OfType<ModelPart>().SelectMany(TokenizerFolders).FirstOrDefault(folder => Directory.Exists(Path.Combine(folder, "qwen")) && Directory.Exists(Path.Combine(folder, "t5")));
        var missing = new List<string>();
        if (encoder is null) missing.Add(Lacks("library.noTextEncoder", OfficialFiles.TextEncoder, transformer.Size(FileKind.DiffusionModel, "text_width")));
        if (vae is null) missing.Add(Lacks("library.noVae", OfficialFiles.Vae, transformer.Size(FileKind.DiffusionModel, "latent_channels")));
        bool ownTokens = encoder?.Size(FileKind.TextEncoder, "vocabulary") is < OfficialFiles.QwenVocabulary || transformer.Size(FileKind.DiffusionModel, "text_vocabulary") is > 0 and < OfficialFiles.T5Vocabulary;
        if (ownTokens && tokenizers is null) missing.Add(Words.Say("library.noTokenizers", transformer.Name, Path.Combine(transformer.Folder, "tokenizers")));
        return new(transformer, encoder, vae, tokenizers, missing);

        string Lacks(string key, OfficialFile file, long size) => Words.Say(key, transformer.Name, size, file, transformer.Folder);
    }

    /// <summary>Why a file is no text encoder for a transformer; null if it is one.</summary>
    public static string? TextEncoderProblem(ModelPart transformer, ModelPart part)
    {
        if (!part.Is(FileKind.TextEncoder)) return NotA("library.isTextEncoder", part);
        long width = part.Size(FileKind.TextEncoder, "width"), wanted = transformer.Size(FileKind.DiffusionModel, "text_width");
        return width == wanted ? null : Words.Say("library.textWidth", part.Path, width, transformer.Name, wanted);
    }

    /// <summary>Why a file is no VAE for a transformer; null if it is one.</summary>
    public static string? VaeProblem(ModelPart transformer, ModelPart part)
    {
        if (!part.Is(FileKind.Vae)) return NotA("library.isVae", part);
        long channels = part.Size(FileKind.Vae, "latent_channels"), wanted = transformer.Size(FileKind.DiffusionModel, "latent_channels");
        return channels == wanted ? null : Words.Say("library.latentChannels", part.Path, channels, transformer.Name, wanted);
    }

    /// <summary>Whether both are of the official sizes, and so share one latent space.</summary>
    public static bool HasOfficialLatents(ModelPart transformer, ModelPart vae) =>
        vae.Size(FileKind.Vae, "base_width") == OfficialFiles.VaeWidth && transformer.Size(FileKind.DiffusionModel, "text_width") == OfficialFiles.TextWidth;

    private static string NotA(string key, ModelPart part) => Words.Say(key, part.Path, Words.In(part.Families.Values.First().Description));

    /// <summary>Itself if it brings the part along, else one of its folder, else any; the official file before others, then the largest.</summary>
    private static ModelPart? Nearest(ModelPart transformer, IReadOnlyList<ModelPart> parts, FileKind kind, OfficialFile official, Func<ModelPart, bool> fits) => parts
        .Where(part => part.Is(kind) && (part == transformer || !part.Is(FileKind.DiffusionModel)) && fits(part))
        .OrderByDescending(part => part == transformer).ThenByDescending(part => part.Folder == transformer.Folder).ThenByDescending(part => part.Bytes == official.Bytes).ThenByDescending(part => part.Bytes)
        .FirstOrDefault();

    private static IEnumerable<string> TokenizerFolders(ModelPart part) => [Path.Combine(part.Folder, "tokenizers"), Path.Combine(Path.GetDirectoryName(part.Path)!, "tokenizers")];
}
