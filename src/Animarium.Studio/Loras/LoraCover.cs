using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;

namespace Animarium.Studio.Loras;

/// <summary>What a shelf shows of a LoRA: its picture and the words that wake it.</summary>
public static class LoraCover
{
    private const int MostTags = 5, LargestFile = 8 << 20; // bytes

    /// <summary>Files that other programs put beside a LoRA, the usual first.</summary>
    private static readonly string[] Beside = [".preview.png", ".png", ".preview.jpg", ".jpg", ".jpeg", ".webp"];

    /// <summary>The picture in its header, else the file beside it; null: there is none that can be shown.</summary>
    public static byte[]? Picture(LoraEntry lora) => InHeader(lora.Metadata()) ?? Beside.Select(ending => FromFile(Path.ChangeExtension(lora.Path, null) + ending)).FirstOrDefault(picture => picture is not null);

    /// <summary>The words that call what was learned, as the file names them; null: it does not.</summary>
    public static string? Trigger(IReadOnlyDictionary<string, string> metadata) => metadata.GetValueOrDefault("modelspec.trigger_phrase");

    /// <summary>Words for the prompt, the most important first: the trigger phrase that the file names, then the tags that were most frequent in its captions.</summary>
    public static IReadOnlyList<string> Words(IReadOnlyDictionary<string, string> metadata)
    {
        string? phrase = Trigger(metadata)?.Trim();
        return [.. new[] { phrase }.Concat(LoraDescription.Tags(metadata).Take(MostTags).Select(tag => tag.Tag)).OfType<string>().Where(word => word.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static byte[]? InHeader(IReadOnlyDictionary<string, string> metadata)
    {
        // data:image/jpeg;base64,… as the specification has it.
        if (metadata.GetValueOrDefault("modelspec.thumbnail") is not { } address || address.IndexOf(";base64,", StringComparison.Ordinal) is not (> 0 and var at)) return null;
        var bytes = new byte[address.Length];
        return Convert.TryFromBase64String(address[(at + ";base64,".Length)..], bytes, out int length) ? Shown(bytes[..length]) : null;
    }

    private static byte[]? FromFile(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= LargestFile } ? Shown(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[]? Shown(byte[] bytes) => PictureFormats.OfContent(bytes) is null ? null : bytes;
}
