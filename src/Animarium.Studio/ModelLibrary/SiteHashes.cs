using System.Globalization;
using Animarium.Diffusion.Weights;
using Animarium.Studio.Images;
using Blake3;

namespace Animarium.Studio.ModelLibrary;

/// <summary>Every hash by which sites such as Civitai find a file.</summary>
/// <param name="File">SHA-256 of the file and of its tensors, AutoV1, AutoV2, AutoV3.</param>
/// <param name="Crc32">CRC-32 of the file: 8 upper-case digits.</param>
/// <param name="Blake3">BLAKE3 of the file: 64 upper-case digits.</param>
public sealed record SiteHashes(FileHash File, string Crc32, string Blake3)
{
    /// <summary>Reads the file once.</summary>
    /// <exception cref="SafeTensorsException">It is no safetensors file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SiteHashes Of(string path, CancellationToken cancel = default)
    {
        using var file = SafeTensorsFile.Open(path);
        var crc = new Crc32();
        using var blake = Hasher.New();
        var hash = FileHash.Of(file, also: piece =>
        {
            crc.Append(piece);
            blake.Update(piece);
        }, cancel: cancel);
        return new(hash, crc.Value.ToString("X8", CultureInfo.InvariantCulture), blake.Finalize().ToString().ToUpperInvariant());
    }
}
