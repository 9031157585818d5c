using Animarium.Diffusion.Lora;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Loras;

/// <summary>What a LoRA's file says about itself, for people who choose among many.</summary>
/// <param name="Form">How it changes the model: LoRA, LoKr, …, and how its layers are named.</param>
/// <param name="Ranks">Every rank that occurs, rising.</param>
/// <param name="Alphas">Every alpha that occurs, rising; empty: alpha = rank.</param>
/// <param name="Layers">How many layers it changes in each part of the model.</param>
/// <param name="Base">The model it was trained on, as its trainer spells it; null: it does not say.</param>
/// <param name="Title">Null: none.</param>
/// <param name="Trigger">The words that call what was learned; null: it does not say.</param>
/// <param name="TrainedWith">How it was trained, as the trainer wrote it.</param>
/// <param name="Tags">Tags of the training captions, the most frequent first.</param>
/// <param name="Issues">What is remarkable about the file.</param>
public sealed record LoraProfile(
    string Form, IReadOnlyList<long> Ranks, IReadOnlyList<double> Alphas, IReadOnlyList<(string Part, int Layers)> Layers, string? Base, string? Title, string? Trigger,
    IReadOnlyList<(string Key, string Value)> TrainedWith, IReadOnlyList<(string Tag, long Count)> Tags, IReadOnlyList<string> Issues)
{
    private const string TriggerEntry = "modelspec.trigger_phrase", PictureEntry = "modelspec.thumbnail";
    private const long LargestPicture = 16 << 20; // bytes, beside the file

    // As other programs lay pictures beside LoRAs.
    private static readonly string[] Beside = [".png", ".preview.png", ".jpg", ".jpeg", ".preview.jpg", ".webp", ".preview.webp"];

    /// <summary>Reads the header and the alphas.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelException">It is no LoRA for Anima, or cannot be read.</exception>
    public static LoraProfile Of(string path)
    {
        try
        {
            using var lora = LoraFile.Open(path);
            return Of(lora);
        }
        catch (LoraException e)
        {
            throw new ModelException(ModelProblem.Mismatch, Words.In(e.Text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(ModelProblem.Unreadable, Words.Say("library.file", path, e.Message));
        }
    }

    private static LoraProfile Of(LoraFile lora) => new(
        $"{string.Join(" + ", lora.Algorithms)}{(lora.IsDora ? " (DoRA)" : "")}, {lora.Naming}", lora.Ranks, lora.Alphas,
        [.. Enum.GetValues<LoraNetwork>().Select(network => (network.ToString(), lora.LayersIn(network))).Where(part => part.Item2 > 0)],
        lora.BaseModel, lora.Title, lora.Metadata.GetValueOrDefault(TriggerEntry), LoraDescription.TrainedWith(lora), LoraDescription.Tags(lora), [.. lora.Issues.Select(issue => Words.In(issue.Text))]);

    /// <summary>The picture that a LoRA brings along, within its header or beside its file, as it is there; null: none.</summary>
    /// <param name="path">The LoRA's file.</param>
    /// <param name="metadata">Its header's entries.</param>
    public static byte[]? PictureOf(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.TryGetValue(PictureEntry, out var text) && text.IndexOf("base64,", StringComparison.Ordinal) is >= 0 and var at && Decoded(text[(at + "base64,".Length)..]) is { } inside) return inside;
        try
        {
            return Beside.Select(ending => Path.ChangeExtension(path, null) + ending).Select(file => new FileInfo(file)).FirstOrDefault(file => file.Exists && file.Length <= LargestPicture) is { } found ? File.ReadAllBytes(found.FullName) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[]? Decoded(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length) && PictureFormats.OfContent(bytes.AsSpan(0, length)) is not null ? bytes[..length] : null;
    }
}
