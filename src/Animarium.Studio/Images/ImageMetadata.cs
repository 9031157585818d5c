using NetVips;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Images;

/// <summary>Which program's description a picture carries.</summary>
public enum MetadataSource
{
    /// <summary>None that is known.</summary>
    None,

    /// <summary>Our own JSON.</summary>
    Animarium,

    /// <summary>The "parameters" text of A1111, Forge and those who imitate it.</summary>
    A1111,

    /// <summary>A node graph.</summary>
    ComfyUI,

    /// <summary>SwarmUI's JSON.</summary>
    SwarmUI,

    /// <summary>NovelAI's JSON.</summary>
    NovelAI,

    /// <summary>Stability Matrix: a "parameters" text and projects.</summary>
    StabilityMatrix,

    /// <summary>InvokeAI's JSON.</summary>
    InvokeAI,
}

/// <summary>A text found in a picture.</summary>
/// <param name="Key">What it is: "parameters", "animarium", "prompt", "workflow", … wherever it was.</param>
/// <param name="Text">As it was written.</param>
/// <param name="Place">Where it was: "PNG text", "EXIF UserComment", "XMP", …</param>
public sealed record MetadataText(string Key, string Text, string Place);

/// <summary>What a picture says about how it was made.</summary>
/// <param name="Source">The program, by what is found.</param>
/// <param name="Texts">Everything found, in order, unchanged.</param>
public sealed record ImageMetadata(MetadataSource Source, IReadOnlyList<MetadataText> Texts)
{
    /// <summary>The first text of a key, or null.</summary>
    public string? this[string key] => Texts.FirstOrDefault(text => text.Key == key)?.Text;

    /// <summary>The A1111 text (SwarmUI's JSON stands in the same place), or null.</summary>
    public string? Parameters => this[PngText.Parameters];

    /// <summary>Our own JSON, or null.</summary>
    public string? Animarium => this[PngText.Animarium];

    /// <summary>ComfyUI's graph in API form, or null.</summary>
    public string? ComfyPrompt => this[PngText.ComfyPrompt];

    /// <summary>ComfyUI's graph as its editor keeps it, or null.</summary>
    public string? ComfyWorkflow => this["workflow"];

    /// <summary>The description as one infotext, whoever wrote it; null where there is none that can be read.</summary>
    public ImportedSettings? Import() => ImportedSettings.From(this);

    /// <summary>Reads the texts of a picture, not its pixels. What is damaged counts as absent.</summary>
    /// <exception cref="PictureException">The file cannot be read or is no picture.</exception>
    public static ImageMetadata Read(string path) => Read(PictureFile.Bytes(path), path);

    /// <summary>The same from memory; <paramref name="name"/> is what messages call it.</summary>
    /// <exception cref="PictureException">It is no picture.</exception>
    public static ImageMetadata Read(byte[] file, string name = "the picture")
    {
        var texts = PictureFormats.OfContent(file) switch
        {
            null => throw new PictureException(Words.Say("picture.unknown", name)),
            PictureFormat.Png => OfPng(file),
            _ => OfBlocks(file, name),
        };
        return new ImageMetadata(Recognise(texts), texts);
    }

    private static List<MetadataText> OfPng(byte[] file)
    {
        using var stream = new MemoryStream(file, writable: false);
        var texts = PngText.Read(stream).Select(text => new MetadataText(text.Key, text.Text, "PNG text")).ToList();
        if (PngText.Exif(stream) is { } exif) texts.AddRange(OfExif(exif));
        return texts;
    }

    private static List<MetadataText> OfBlocks(byte[] file, string name)
    {
        try
        {
            using var image = Image.NewFromBuffer(file);
            var texts = new List<MetadataText>();
            if (image.Contains("exif-data")) texts.AddRange(OfExif((byte[])image.Get("exif-data")));
            if (image.Contains("xmp-data") && Xmp.Read((byte[])image.Get("xmp-data")) is { } json) texts.Add(new(PngText.Animarium, json, "XMP"));
            return texts;
        }
        catch (VipsException e)
        {
            throw new PictureException(Words.Say("picture.damaged", name, e.Message.Trim().ReplaceLineEndings(" ")), e);
        }
    }

    /// <summary>UserComment holds the parameters; ComfyUI writes "prompt:{…}" and "workflow:{…}" into Model, Make and the entries before.</summary>
    private static IEnumerable<MetadataText> OfExif(byte[] block)
    {
        foreach (var (entry, text) in Exif.Read(block))
        {
            int colon = text.IndexOf(":{", StringComparison.Ordinal);
            if (entry == "UserComment") yield return new(PngText.Parameters, text, "EXIF UserComment");
            else if (colon > 0 && text.AsSpan(0, colon).IndexOfAnyExceptInRange('a', 'z') < 0) yield return new(text[..colon], text[(colon + 1)..], $"EXIF {entry}");
            else yield return new(entry, text, $"EXIF {entry}");
        }
    }

    private static MetadataSource Recognise(List<MetadataText> texts)
    {
        bool Has(string key) => texts.Exists(text => text.Key == key);
        string parameters = texts.Find(text => text.Key == PngText.Parameters)?.Text ?? "";
        return Has(PngText.Animarium) ? MetadataSource.Animarium
            : parameters.Contains("\"sui_image_params\"", StringComparison.Ordinal) ? MetadataSource.SwarmUI
            : Has("smproj") || Has("parameters-json") ? MetadataSource.StabilityMatrix
            : Has("invokeai_metadata") ? MetadataSource.InvokeAI
            : texts.Exists(text => text.Key == "Software" && text.Text.StartsWith("NovelAI", StringComparison.Ordinal)) ? MetadataSource.NovelAI
            : parameters.Length > 0 ? MetadataSource.A1111
            : Has("prompt") || Has("workflow") ? MetadataSource.ComfyUI
            : MetadataSource.None;
    }
}
