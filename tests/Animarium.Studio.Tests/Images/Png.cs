using System.Buffers.Binary;

namespace Animarium.Studio.Tests.Images;

/// <summary>PNG files built by hand, independent of the code under test.</summary>
internal static class Png
{
    public static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        return [.. Big((uint)data.Length), .. body, .. Big(Crc(body))];
    }

    /// <summary>The same file with other sizes in its header.</summary>
    public static byte[] WithSize(byte[] png, int width, int height)
    {
        byte[] header = [.. Big((uint)width), .. Big((uint)height), .. png[24..29]];
        return [.. Signature, .. Chunk("IHDR", header), .. png[33..]];
    }

    /// <summary>A file that has text but no pixels.</summary>
    public static MemoryStream Of(params byte[][] chunks) => new([.. Signature, .. chunks.SelectMany(chunk => chunk), .. Chunk("IEND", [])]);

    public static byte[] Big(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }
}
