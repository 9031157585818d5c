using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Animarium.Studio.Images;

/// <summary>A text chunk of a PNG file (PNG specification, third edition, 11.3.3).</summary>
/// <param name="Key">1…79 characters of Latin-1.</param>
/// <param name="Text">Any text; zero characters are dropped when it is written.</param>
public sealed record PngText(string Key, string Text)
{
    /// <summary>The key under which A1111 and others keep their text.</summary>
    public const string Parameters = "parameters";

    /// <summary>The key under which Animarium keeps its complete JSON.</summary>
    public const string Animarium = "animarium";

    /// <summary>The key under which ComfyUI keeps its graph in API form.</summary>
    public const string ComfyPrompt = "prompt";

    internal const string ExifKey = "eXIf";

    private const int LongestText = 16 << 20; // bytes, also after inflating
    private const int MostTexts = 1000;

    /// <summary>All tEXt, zTXt and iTXt chunks in order. Damaged or monstrous ones are passed over; pixels are not read.</summary>
    /// <param name="png">A stream that can seek, at its begin.</param>
    public static IReadOnlyList<PngText> Read(Stream png) =>
        [.. Chunks(png).Select(chunk => Decode(chunk.Type, chunk.Data)).OfType<PngText>().Take(MostTexts)];

    /// <summary>The eXIf chunk, or null.</summary>
    internal static byte[]? Exif(Stream png) => Chunks(png).FirstOrDefault(chunk => chunk.Type == ExifKey).Data;

    /// <summary>A PNG file with these texts after its header.</summary>
    /// <exception cref="ArgumentException">A key that PNG does not allow.</exception>
    public static byte[] Insert(ReadOnlySpan<byte> png, IEnumerable<PngText> texts)
    {
        const int header = 8 + 25; // signature and IHDR
        return [.. png[..header], .. texts.SelectMany(text => text.Encode()), .. png[header..]];
    }

    /// <summary>tEXt where Latin-1 holds the text without doubt, iTXt otherwise, as Pillow decides.</summary>
    private byte[] Encode()
    {
        if (Key.Length is < 1 or > 79 || Key.Any(c => c is < ' ' or > '\xFF')) throw new ArgumentException($"'{Key}' is no key of a PNG text.");
        string text = Text.Replace("\0", "", StringComparison.Ordinal);
        byte[] key = Encoding.Latin1.GetBytes(Key), latin = Encoding.Latin1.GetBytes(text);
        return OldText(latin) == text ? Chunk("tEXt"u8, [.. key, 0, .. latin]) : Chunk("iTXt"u8, [.. key, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)]);
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.Of(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static IEnumerable<(string Type, byte[] Data)> Chunks(Stream png)
    {
        var head = new byte[8];
        png.Position = 8;
        while (png.ReadAtLeast(head, 8, throwOnEndOfStream: false) == 8)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(head);
            long next = png.Position + length + 4;
            string type = Encoding.Latin1.GetString(head, 4, 4);
            if (type == "IEND" || next > png.Length) yield break;
            if (type is "tEXt" or "zTXt" or "iTXt" or ExifKey && length <= LongestText)
            {
                var data = new byte[4 + length + 4];
                head.AsSpan(4).CopyTo(data);
                png.ReadExactly(data, 4, data.Length - 4);
                if (BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(data.Length - 4)) == Crc32.Of(data.AsSpan(0, data.Length - 4))) yield return (type, data[4..^4]);
            }
            png.Position = next;
        }
    }

    private static PngText? Decode(string type, byte[] data)
    {
        int end = Array.IndexOf(data, (byte)0);
        if (end is < 1 or > 79) return null;
        string key = Encoding.Latin1.GetString(data, 0, end);
        var rest = data.AsSpan(end + 1);
        switch (type)
        {
            case "tEXt":
                return new(key, OldText(rest));
            case "zTXt" when rest.Length > 1 && rest[0] == 0:
                return Inflate(rest[1..]) is { } old ? new(key, OldText(old)) : null;
            case "iTXt" when rest.Length >= 4:
                bool packed = rest[0] == 1;
                var text = rest[2..];
                for (int skipped = 0; skipped < 2; skipped++) // language and translated key
                {
                    int zero = text.IndexOf((byte)0);
                    if (zero < 0) return null;
                    text = text[(zero + 1)..];
                }
                return (packed ? Inflate(text) : text.ToArray()) is { } plain ? new(key, Encoding.UTF8.GetString(plain)) : null;
            default:
                return null;
        }
    }

    /// <summary>Latin-1 by the specification, but several programs write UTF-8 there.</summary>
    private static string OldText(ReadOnlySpan<byte> bytes) =>
        (System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);

    /// <summary>Null for damaged data and for bombs.</summary>
    private static byte[]? Inflate(ReadOnlySpan<byte> packed)
    {
        try
        {
            using var inflated = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            using var text = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int count; (count = inflated.Read(buffer)) > 0 && text.Length <= LongestText;) text.Write(buffer, 0, count);
            return text.Length <= LongestText ? text.ToArray() : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
