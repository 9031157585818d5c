using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Animarium.Diffusion.Tokenizers;

/// <summary>
/// SentencePiece's precompiled normalisation (nmt_nfkc): a double-array trie from byte prefixes to replacements, applied as the
/// Rust library does: by grapheme cluster, the shortest matching prefix first.
/// </summary>
internal sealed class CharsMap
{
    private const int LongestCluster = 5; // bytes; longer clusters go code point by code point

    private readonly uint[] units;
    private readonly byte[] replacements; // each ended by a zero byte

    /// <param name="data">Size of the trie in bytes (int32), the trie's units (uint32), the replacements.</param>
    public CharsMap(byte[] data)
    {
        int size = data.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(data);
        if (size < 4 || size % 4 != 0 || size > data.Length - 4) throw new FormatException("precompiled_charsmap gives its trie an impossible size.");
        units = new uint[size / 4];
        for (int i = 0; i < units.Length; i++) units[i] = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(4 + 4 * i));
        replacements = data[(4 + size)..];
    }

    /// <summary>The normalised text.</summary>
    public string Apply(string text)
    {
        var output = new StringBuilder(text.Length + 16);
        Span<byte> bytes = stackalloc byte[LongestCluster];
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = StringInfo.GetNextTextElementLength(text, at);
            var cluster = text.AsSpan(at, length);
            if (Encoding.UTF8.TryGetBytes(cluster, bytes, out int count) && Find(bytes[..count]) is { } replacement) output.Append(replacement);
            else
                foreach (var rune in cluster.EnumerateRunes())
                    output.Append(Find(bytes[..rune.EncodeToUtf8(bytes)]) ?? rune.ToString());
        }
        return output.ToString();
    }

    /// <summary>The replacement of the shortest prefix of <paramref name="key"/> that the trie holds.</summary>
    private string? Find(ReadOnlySpan<byte> key)
    {
        uint node = Offset(units[0]);
        foreach (byte b in key)
        {
            node ^= b;
            if (node >= units.Length) return null;
            uint unit = units[node];
            if ((unit & 0x8000_00FF) != b) return null;
            node ^= Offset(unit);
            if ((unit >> 8 & 1) == 1 && node < units.Length) return Replacement((int)(units[node] & 0x7FFF_FFFF));
        }
        return null;

        static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);
    }

    private string? Replacement(int offset)
    {
        if (offset >= replacements.Length) return null;
        var rest = replacements.AsSpan(offset);
        int end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }
}
