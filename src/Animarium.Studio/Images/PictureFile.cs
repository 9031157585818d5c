using NetVips;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Images;

/// <summary>Pictures from and to files.</summary>
public static class PictureFile
{
    /// <summary>Pictures of more pixels are refused before anything is decoded: 100 million need 300 MB.</summary>
    public const long MostPixels = 100_000_000;

    private const long LongestFile = 1L << 30; // bytes
    private const int LongestBlock = 60_000; // bytes of EXIF anywhere and of XMP in a JPEG: what the encoders keep of 64 KiB

    static PictureFile()
    {
        Cache.Max = 0; // the same picture is rarely read twice, and a kept operation keeps its pixels
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, (_, _, _) => { }); // what matters comes as an exception
    }

    /// <summary>Makes the settings of the library above, where nothing else of this class is used before.</summary>
    internal static void Prepare() => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(PictureFile).TypeHandle);

    /// <summary>Reads PNG, JPEG, WebP, AVIF or the first frame of a GIF: turned upright, in sRGB, 8 bits, grey expanded to RGB, RGBA if it has transparency.</summary>
    /// <exception cref="PictureException">No such file, no picture, a broken one, or more than <see cref="MostPixels"/>.</exception>
    public static Picture Load(string path) => Load(Bytes(path), path);

    /// <summary>The same from memory; <paramref name="name"/> is what messages call it.</summary>
    /// <exception cref="PictureException">No picture, a broken one, or more than <see cref="MostPixels"/> pixels.</exception>
    public static Picture Load(byte[] file, string name = "the picture")
    {
        if (PictureFormats.OfContent(file) is null) throw new PictureException(Words.Say("picture.unknown", name));
        try
        {
            using var source = Image.NewFromBuffer(file, failOn: Enums.FailOn.Truncated);
            if ((long)source.Width * source.Height > MostPixels)
                throw new PictureException(Words.Say("picture.large", name, source.Width, source.Height, MostPixels / 1_000_000));
            using var upright = source.Autorot();
            using var srgb = ToSrgb(upright);
            return new Picture(srgb.Width, srgb.Height, srgb.Bands, srgb.WriteToMemory<byte>());
        }
        catch (VipsException e)
        {
            throw new PictureException(Words.Say("picture.damaged", name, e.Message.Trim().ReplaceLineEndings(" ")), e);
        }
    }

    /// <summary>Writes a picture at once or not at all: a reader never sees half a file, and a full disk leaves what was there before.</summary>
    /// <param name="picture">Transparency is laid over white where the format has none.</param>
    /// <param name="path">Replaced if it exists; its folder is made.</param>
    /// <param name="format">Png, WebP, Jpeg or Avif.</param>
    /// <param name="quality">1…100; 100 makes WebP lossless; PNG always is.</param>
    /// <param name="description">How it was made.</param>
    /// <returns>What could not be kept, in words: an infotext beyond 29,000 characters outside PNG, JSON beyond 59,000 bytes in JPEG. Usually nothing.</returns>
    /// <exception cref="PictureException">The picture cannot be encoded, or the file not written.</exception>
    public static IReadOnlyList<string> Save(Picture picture, string path, PictureFormat format, int quality = 90, PictureDescription? description = null)
    {
        var (file, warnings) = Encode(picture, format, quality, description);
        AtomicFile.Write(path, file);
        return warnings;
    }

    /// <summary>As <see cref="Save"/>, under the first name that is free: nothing is ever replaced, though other programs write to the same folder.</summary>
    /// <param name="picture">Transparency is laid over white where the format has none.</param>
    /// <param name="names">Paths in one folder, in order of preference; as many as it takes (<see cref="Generation.OutputNames"/> gives such).</param>
    /// <param name="format">Png, WebP, Jpeg or Avif.</param>
    /// <param name="quality">1…100; 100 makes WebP lossless; PNG always is.</param>
    /// <param name="description">How it was made.</param>
    /// <returns>The path of the file, and what could not be kept, in words.</returns>
    /// <exception cref="PictureException">The picture cannot be encoded, or the file not written.</exception>
    public static (string Path, IReadOnlyList<string> Warnings) SaveNew(
        Picture picture, IEnumerable<string> names, PictureFormat format, int quality = 90, PictureDescription? description = null)
    {
        var (file, warnings) = Encode(picture, format, quality, description);
        return (AtomicFile.WriteNew(names, file), warnings);
    }

    /// <summary>As <see cref="Save"/>, unless the file is there: then it is the same picture, finished by an earlier attempt, and stays.</summary>
    /// <param name="picture">Transparency is laid over white where the format has none.</param>
    /// <param name="path">A name that is meant for this picture alone.</param>
    /// <param name="format">Png, WebP, Jpeg or Avif.</param>
    /// <param name="quality">1…100; 100 makes WebP lossless; PNG always is.</param>
    /// <param name="description">How it was made.</param>
    /// <returns>The path.</returns>
    /// <exception cref="PictureException">The picture cannot be encoded, or the file not written.</exception>
    public static string SaveOnce(Picture picture, string path, PictureFormat format, int quality = 90, PictureDescription? description = null)
    {
        if (!File.Exists(path)) AtomicFile.WriteOnce(path, Encode(picture, format, quality, description).File);
        return path;
    }

    /// <summary>The bytes <see cref="Save"/> writes.</summary>
    /// <exception cref="PictureException">The picture cannot be encoded.</exception>
    public static (byte[] File, IReadOnlyList<string> Warnings) Encode(Picture picture, PictureFormat format, int quality = 90, PictureDescription? description = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var (infotext, json, comfyPrompt) = description ?? PictureDescription.None;
        var pixels = format == PictureFormat.Jpeg && picture.Channels == 4 ? picture.Rgb() : picture;
        try
        {
            using var image = AsImage(pixels);
            if (format == PictureFormat.Png)
            {
                var texts = new[] { new PngText(PngText.Parameters, infotext ?? ""), new PngText(PngText.ComfyPrompt, comfyPrompt ?? ""), new PngText(PngText.Animarium, json ?? "") };
                return (PngText.Insert(image.PngsaveBuffer(compression: 6, keep: Enums.ForeignKeep.None), texts.Where(t => t.Text.Length > 0)), []);
            }
            var warnings = new List<string>();
            using var described = image.Mutate(target =>
            {
                Set(target, "exif-data", Exif.Write(infotext ?? "", format == PictureFormat.WebP ? comfyPrompt : null, LongestBlock), "the parameters text");
                Set(target, "xmp-data", json is { Length: > 0 } ? Xmp.Write(json) : [], "Animarium's own description");
            });
            byte[] file = format switch
            {
                PictureFormat.WebP => described.WebpsaveBuffer(q: quality, lossless: quality == 100),
                PictureFormat.Jpeg => described.JpegsaveBuffer(q: quality, optimizeCoding: true),
                PictureFormat.Avif => described.HeifsaveBuffer(q: quality, compression: Enums.ForeignHeifCompression.Av1, effort: 4),
                _ => throw new ArgumentOutOfRangeException(nameof(format), $"{format} is only read."),
            };
            return (file, warnings);

            void Set(MutableImage target, string field, byte[] block, string what)
            {
                if (block.Length == 0) return;
                if (block.Length > LongestBlock && (format == PictureFormat.Jpeg || field == "exif-data"))
                    warnings.Add($"{what} was left out: it has {block.Length} bytes, and {format} holds at most {LongestBlock} of it. PNG keeps everything.");
                else target.Set(GValue.BlobType, field, block);
            }
        }
        catch (VipsException e)
        {
            throw new PictureException(Words.Say("picture.encode", picture.Width, picture.Height, format, e.Message.Trim().ReplaceLineEndings(" ")), e) { IsAboutWriting = true };
        }
    }

    internal static byte[] Bytes(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LongestFile) throw new PictureException(Words.Say("picture.long", path));
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(Words.Say("picture.read", path, e.Message), e);
        }
    }

    internal static Image AsImage(Picture picture)
    {
        using var raw = Image.NewFromMemory(picture.Pixels, picture.Width, picture.Height, picture.Channels, Enums.BandFormat.Uchar);
        return raw.Copy(interpretation: picture.Channels == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
    }

    /// <summary>Three or four bands of bytes. A profile that does not fit its picture is ignored, as browsers do.</summary>
    private static Image ToSrgb(Image image)
    {
        if (image.Contains("icc-profile-data") || image.Interpretation == Enums.Interpretation.Cmyk)
        {
            try
            {
                using var colours = image.HasAlpha() ? image.ExtractBand(0, n: image.Bands - 1) : image.Copy();
                using var managed = colours.IccTransform("srgb", embedded: true, inputProfile: image.Interpretation == Enums.Interpretation.Cmyk ? "cmyk" : "srgb");
                if (!image.HasAlpha()) return managed.Copy();
                using var alpha = image[image.Bands - 1];
                using var bytes = image.Format == Enums.BandFormat.Ushort ? (alpha >> 8).Cast(Enums.BandFormat.Uchar) : alpha.Copy();
                return managed.Bandjoin(bytes);
            }
            catch (VipsException)
            {
            }
        }
        using var srgb = image.Colourspace(Enums.Interpretation.Srgb);
        return srgb.Bands > 4 ? srgb.ExtractBand(0, n: 4) : srgb.Cast(Enums.BandFormat.Uchar);
    }
}
