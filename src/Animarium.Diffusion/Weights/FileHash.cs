namespace Animarium.Diffusion.Weights;

/// <summary>The names by which sites and programs know a model file.</summary>
/// <param name="Sha256">SHA-256 of the whole file: 64 lower-case hexadecimal digits, as all below in lower case unless they say otherwise.</param>
/// <param name="Tensors">SHA-256 of the bytes after the header, which stay the same when the metadata changes: the <c>sshs_model_hash</c> of training programs.</param>
/// <param name="AutoV1">The first 8 digits of the SHA-256 of 64 kB from 1 MB on, in upper case: the hash in picture descriptions of 2022.</param>
public sealed record FileHash(string Sha256, string Tensors, string AutoV1)
{
    const int Piece = 1 << 20;

    /// <summary>The first 10 digits of <see cref="Sha256"/>, in upper case: the hash in picture descriptions.</summary>
    public string AutoV2 => Sha256[..10].ToUpperInvariant();

    /// <summary>The first 12 digits of <see cref="Tensors"/>, in upper case.</summary>
    public string AutoV3 => Tensors[..12].ToUpperInvariant();

    /// <summary>Reads the file once, a piece at a time.</summary>
    /// <param name="file">An opened file; only its path and the length of its header are used.</param>
    /// <param name="progress">Gets the share of the file that is read, 0 … 1.</param>
    /// <param name="also">Gets every piece too, in order, for hashes of other kinds.</param>
    /// <param name="cancel">Ends the reading early.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="IOException">The file can't be read any more.</exception>
    public static FileHash Of(SafeTensorsFile file, IProgress<double>? progress = null, Action<ReadOnlySpan<byte>>? also = null, CancellationToken cancel = default)
    {
        using var hasher = new FileHasher(file.HeaderLength);
        using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
        var piece = new byte[Piece];
        long position = 0;
        while (stream.Read(piece) is var read and > 0)
        {
            cancel.ThrowIfCancellationRequested();
            hasher.Append(piece.AsSpan(0, read));
            also?.Invoke(piece.AsSpan(0, read));
            position += read;
            progress?.Report((double)position / file.Length);
        }
        return hasher.Finish();
    }
}
