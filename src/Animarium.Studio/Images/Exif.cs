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

    /// <summary>
    /// A block (big-endian TIFF with its "Exif" header) whose UserComment is the text in UTF-16BE, as A1111 writes it, and whose Model is
    /// "prompt:" and the graph, as ComfyUI writes it into WebP. Empty if there is neither.
    /// </summary>
    /// <param name="text">The parameters text; may be empty.</param>
    /// <param name="graph">ComfyUI's graph in ASCII, or null. It is left out where the block would grow beyond <paramref name="longest"/>.</param>
    /// <param name="longest">Bytes.</param>
    public static byte[] Write(string text, string? graph, int longest)
    {
        const int tiff = 8, entry = 12, frame = 2 + 4; // header; an entry; a folder's count and end
        byte[] comment = text.Length > 0 ? [.. Unicode, .. Encoding.BigEndianUnicode.GetBytes(text)] : [];
        byte[] model = graph is null ? [] : [.. Encoding.ASCII.GetBytes($"prompt:{graph}"), 0];
        if (model.Length + comment.Length + 100 > longest) model = [];

        int entries = Math.Sign(model.Length) + Math.Sign(comment.Length);
        if (entries == 0) return [];
        int inner = tiff + frame + entry * entries, values = comment.Length > 0 ? inner + frame + entry : inner;
        var block = new List<byte>([.. "Exif\0\0MM\0*"u8]);
        Number(4, tiff);
        Number(2, entries);
        if (model.Length > 0) Entry(Model, type: 2, model.Length, values);
        if (comment.Length > 0) Entry(ExifFolder, type: 4, count: 1, inner);
        Number(4, 0);
        if (comment.Length > 0)
        {
            Number(2, 1);
            Entry(UserComment, type: 7, comment.Length, values + model.Length);
            Number(4, 0);
        }
        return [.. block, .. model, .. comment];

        void Entry(int tag, int type, int count, int value)
        {
            Number(2, tag);
            Number(2, type);
            Number(4, count);
            Number(4, value);
        }

        void Number(int bytes, int value)
        {
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) block.Add((byte)(value >> shift));
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
