namespace Animarium.Studio.Images;

/// <summary>The checksum of PNG chunks and of files (ISO 3309), reflected polynomial 0xEDB88320.</summary>
internal struct Crc32()
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i =>
    {
        uint crc = (uint)i;
        for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320;
        return crc;
    })];

    private uint crc = uint.MaxValue;

    /// <summary>The checksum of everything appended.</summary>
    public readonly uint Value => ~crc;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes) crc = crc >> 8 ^ Table[(byte)crc ^ b];
    }

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var whole = new Crc32();
        whole.Append(bytes);
        return whole.Value;
    }
}
