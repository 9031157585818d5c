using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Animarium.Studio.ModelLibrary;

/// <summary>The hashes by which sites and other programs know a file of weights.</summary>
/// <param name="Sha256">Of the whole file, lower-case hexadecimal.</param>
/// <param name="TensorSha256">Of a safetensors file's bytes behind the header, which stays the same when the metadata are edited; null for other files.</param>
public sealed record FileHashes(string Sha256, string? TensorSha256)
{
    private const int Block = 1 << 20;
    private const long LargestHeader = 100_000_000; // bytes, the format's limit

    /// <summary>Civitai's and A1111's short form: 10 digits of <see cref="Sha256"/>.</summary>
    public string AutoV2 => Sha256[..10];

    /// <summary>Civitai's and Kohya's form for LoRAs: 12 digits of <see cref="TensorSha256"/>.</summary>
    public string? AutoV3 => TensorSha256?[..12];

    /// <summary>Reads a file once.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static FileHashes Of(string path, CancellationToken cancellation = default)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        using IncrementalHash whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256), tensors = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[Block];
        long at = 0, header = -1; // header: bytes before the tensors, -1 where there are none
        for (int read; (read = file.ReadAtLeast(block, Block, throwOnEndOfStream: false)) > 0; at += read)
        {
            cancellation.ThrowIfCancellationRequested();
            if (at == 0 && read > 8 && block[8] == '{' && BinaryPrimitives.ReadInt64LittleEndian(block) is > 0 and <= LargestHeader and var size) header = 8 + size;
            whole.AppendData(block, 0, read);
            int before = (int)Math.Clamp(header - at, 0, read);
            if (header >= 0) tensors.AppendData(block, before, read - before);
        }
        return new(Hex(whole), header >= 0 ? Hex(tensors) : null);
    }

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetCurrentHash());
}
