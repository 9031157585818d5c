using System.Buffers.Binary;
using System.Text;

namespace Animarium.Studio.Images;

/// <summary>The few EXIF entries in which image generators keep text.</summary>
internal static class Exif
{
    private const int ImageDescription = 0x010E, Make = 0x010F, Model = 0x0110, Software = 0x0131, ExifFolder = 0x8769, UserComment = 0x9286;
    private const int MostEntries = 4096;

    private static readonly byte[] Unicode = [.. "UNICODE\0"u8];
    private static readonly byte[] Ascii = [.. "ASCII\0\0\0"u8];

    /// <summary>A block (big-endian TIFF with its "Exif" header) whose UserComment is the text in UTF-16BE, as A1111 writes it.</summary>
    public static byte[] Write(string text)
    {
        byte[] comment = [.. Unicode, .. Encoding.BigEndianUnicode.GetBytes(text)];
        const int tiff = 8, folder = 2 + 12 + 4; // header; a folder of one entry
        var block = new byte[6 + tiff + 2 * folder + comment.Length];
        "Exif\0\0MM\0*"u8.CopyTo(block);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(10), tiff);
        Folder(block.AsSpan(6 + tiff), ExifFolder, type: 4, count: 1, tiff + folder);
        Folder(block.AsSpan(6 + tiff + folder), UserComment, type: 7, comment.Length, tiff + 2 * folder);
        comment.CopyTo(block.AsSpan(6 + tiff + 2 * folder));
        return block;

        static void Folder(Span<byte> at, int tag, short type, int count, int value)
        {
            BinaryPrimitives.WriteInt16BigEndian(at, 1);
            BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)tag);
            BinaryPrimitives.WriteInt16BigEndian(at[4..], type);
            BinaryPrimitives.WriteInt32BigEndian(at[6..], count);
            BinaryPrimitives.WriteInt32BigEndian(at[10..], value);
        }
    }

    /// <summary>The texts of a block by the names of their entries. Broken entries are passed over.</summary>
    public static IEnumerable<(string Entry, string Text)> Read(byte[] block)
    {
        int start = block.AsSpan().StartsWith("Exif\0\0"u8) ? 6 : 0;
        if (block.Length < start + 8 || block[start] != block[start + 1] || block[start] is not ((byte)'M' or (byte)'I')) yield break;
        bool bigEndian = block[start] == 'M';

        var folders = new Queue<long>([UInt32(start + 4)]);
        for (int visited = 0; visited < 2 && folders.TryDequeue(out long folder); visited++)
        {
            if (start + folder + 2 > block.Length) continue;
            int entries = Math.Min(UInt16((int)(start + folder)), MostEntries);
            for (int i = 0; i < entries && start + folder + 2 + 12L * (i + 1) <= block.Length; i++)
            {
                int at = (int)(start + folder + 2 + 12 * i);
                int tag = UInt16(at);
                long count = UInt32(at + 4), value = count <= 4 ? at + 8 : start + UInt32(at + 8);
                if (tag == ExifFolder) folders.Enqueue(UInt32(at + 8));
                else if (Name(tag) is { } name && value + count <= block.Length)
                {
                    var bytes = block.AsSpan((int)value, (int)count);
                    yield return (name, tag == UserComment ? Comment(bytes, bigEndian) : Encoding.UTF8.GetString(bytes.TrimEnd((byte)0)));
                }
            }
        }

        int UInt16(int at) => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(block.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(at));
        long UInt32(int at) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(block.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(at));
    }

    private static string? Name(int tag) => tag switch
    {
        ImageDescription => nameof(ImageDescription),
        Make => nameof(Make),
        Model => nameof(Model),
        Software => nameof(Software),
        UserComment => nameof(UserComment),
        _ => null,
    };

    /// <summary>
    /// Programs disagree about what follows "UNICODE": UTF-16 of either order, with or without a mark, even UTF-8. Generators' texts hold
    /// Latin letters, so the side on which the zero bytes are tells the order; without any zero byte it is UTF-8 if it is valid as such.
    /// </summary>
    private static string Comment(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        if (!bytes.StartsWith(Unicode)) return Encoding.UTF8.GetString((bytes.StartsWith(Ascii) ? bytes[8..] : bytes).Trim((byte)0));
        var text = bytes[8..];
        if (text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Encoding.BigEndianUnicode.GetString(text[2..]);
        if (text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Encoding.Unicode.GetString(text[2..]);
        if (text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) return Encoding.UTF8.GetString(text[3..]);

        int even = 0, odd = 0;
        for (int i = 0; i < text.Length; i++)
            if (text[i] == 0) _ = i % 2 == 0 ? even++ : odd++;
        if (even + odd == 0 && System.Text.Unicode.Utf8.IsValid(text)) return Encoding.UTF8.GetString(text);
        var order = even == odd ? bigEndian : even > odd;
        return (order ? Encoding.BigEndianUnicode : Encoding.Unicode).GetString(text).TrimEnd('\0');
    }
}
