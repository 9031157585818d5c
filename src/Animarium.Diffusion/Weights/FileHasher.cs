using System.Security.Cryptography;

namespace Animarium.Diffusion.Weights;

/// <summary>Hashes a safetensors file that passes by, whether it is read or about to be written.</summary>
/// <param name="headerLength">Bytes of the header, without those of its own length.</param>
internal sealed class FileHasher(long headerLength) : IDisposable
{
    const long AutoV1Begin = 0x100000, AutoV1End = 0x110000;

    readonly IncrementalHash whole = Sha(), tensors = Sha(), autoV1 = Sha();
    long position;

    /// <summary>Takes the next bytes of the file.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        whole.AppendData(bytes);
        tensors.AppendData(Between(bytes, sizeof(long) + headerLength, long.MaxValue));
        autoV1.AppendData(Between(bytes, AutoV1Begin, AutoV1End));
        position += bytes.Length;
    }

    /// <summary>The hashes of all that was appended.</summary>
    public FileHash Finish() => new(Hex(whole), Hex(tensors), Hex(autoV1)[..8].ToUpperInvariant());

    /// <inheritdoc/>
    public void Dispose()
    {
        whole.Dispose();
        tensors.Dispose();
        autoV1.Dispose();
    }

    /// <summary>Of the bytes at hand, what lies between two places of the file.</summary>
    ReadOnlySpan<byte> Between(ReadOnlySpan<byte> bytes, long from, long to) =>
        bytes[(int)Math.Clamp(from - position, 0, bytes.Length)..(int)Math.Clamp(to - position, 0, bytes.Length)];

    static IncrementalHash Sha() => IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
