using System.Buffers.Binary;

namespace Animarium.Studio.Images;

/// <summary>Finds files that end too early, as broken downloads and full disks leave them, without decoding anything.</summary>
internal static class CutFile
{
    private const int LongestTrailer = 1 << 16; // bytes that some programs put behind a JPEG's end

    /// <summary>Whether a picture file lacks its end. GIF and AVIF are not looked into: decoding finds it.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => PictureFormats.OfContent(file) switch
    {
        PictureFormat.Png => !HasEnd(file),
        PictureFormat.Jpeg => file[^Math.Min(file.Length, LongestTrailer)..].LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) < 0,
        PictureFormat.WebP => BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length,
        _ => false,
    };

    private static bool HasEnd(ReadOnlySpan<byte> png)
    {
        for (long at = 8; at + 12 <= png.Length;)
        {
            var chunk = png[(int)at..];
            if (chunk[4..8].SequenceEqual("IEND"u8)) return true;
            at += 12L + BinaryPrimitives.ReadUInt32BigEndian(chunk);
        }
        return false;
    }
}
