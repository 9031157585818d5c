using System.Buffers.Binary;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>One tensor of a file: where its bytes lie and what they mean.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="DType">The format's own name of the type: F32, BF16, F8_E4M3, …</param>
/// <param name="Shape">Sizes, outermost first.</param>
/// <param name="Begin">First byte, counted from the start of the file.</param>
/// <param name="End">One past the last byte.</param>
public sealed record TensorEntry(string Name, string DType, long[] Shape, long Begin, long End);

/// <summary>
/// A safetensors file (github.com/huggingface/safetensors, "Format"), memory-mapped: opening reads and checks the header only, a tensor is a
/// view of the mapped bytes.
/// </summary>
public sealed class SafeTensorsFile : IDisposable
{
    /// <summary>The format's own limit, in bytes.</summary>
    const int LargestHeader = 100_000_000;

    readonly FileMapping mapping;

    SafeTensorsFile(string path)
    {
        Path = path;
        using var file = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete, options: FileOptions.RandomAccess);
        Length = RandomAccess.GetLength(file);
        var start = new byte[Math.Min(Length, 256)];
        Fill(start, 0);
        long size = start.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(start);
        if (size is < 2 or > LargestHeader || start.Length < 9 || start[8] != '{') throw ForeignFile.Explain(path, start, Length);
        if (size > Length - 8) throw EndsInHeader(8 + size);

        var json = new byte[size];
        Fill(json, 8);
        var header = new SafeTensorsHeader(path, json, Length);
        (Entries, Metadata, HeaderLength) = (header.Entries, header.Metadata, size);
        mapping = new(file);

        void Fill(Span<byte> bytes, long offset)
        {
            while (bytes.Length > 0)
            {
                int read = RandomAccess.Read(file, bytes, offset);
                if (read == 0) throw EndsInHeader(offset + bytes.Length);
                bytes = bytes[read..];
                offset += read;
            }
        }
    }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="SafeTensorsException">It isn't a safetensors file, is incomplete or contradicts itself.</exception>
    /// <exception cref="IOException">There is no such file, or the system can't read it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static SafeTensorsFile Open(string path) => new(path);

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>Bytes of the header, which follows its own length of 8 bytes; the tensors' bytes follow the header.</summary>
    public long HeaderLength { get; }

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>A view of the mapped bytes in the stored type. Never write to it; it stays valid as long as the tensor lives, also after <see cref="Dispose"/>.</summary>
    /// <exception cref="SafeTensorsException">There is no such tensor, or it has a type that can't be computed with.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor Read(string name)
    {
        if (!Entries.TryGetValue(name, out var entry))
            throw new SafeTensorsException(Path, SafeTensorsProblem.NotSafeTensors, new($"the file has no tensor '{name}'. Choose another file.", $"テンソル '{name}' がありません。別のファイルを選んでください。"));
        if (StoredTypes.TypeOf(entry.DType) is not { } type)
            throw new SafeTensorsException(Path, SafeTensorsProblem.UnsupportedType, new(
                $"tensor '{name}' has the type {entry.DType}, which can't be computed with. Get the model in bf16, fp16 or fp8.", $"テンソル '{name}' の型 {entry.DType} では計算できません。bf16、fp16、fp8 のモデルを使ってください。"));
        long bytes = entry.End - entry.Begin, width = StoredTypes.Bits(entry.DType)!.Value / 8;
        if (bytes == 0) return empty(entry.Shape, type);
        if (entry.Begin % width == 0) return mapping.View(entry.Begin, entry.Shape, type);
        // Headers of odd length put numbers where processors read them slowly or not at all.
        return mapping.CopyOf(entry.Begin, bytes, entry.Shape, type);
    }

    /// <summary>A small tensor's bytes as they are stored; libtorch has no part in it.</summary>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    internal byte[] BytesOf(TensorEntry entry) => mapping.Bytes(entry.Begin, checked((int)(entry.End - entry.Begin)));

    /// <summary>Lets go of the file; tensors already read keep it mapped while they live.</summary>
    public void Dispose() => mapping.Dispose();

    SafeTensorsException EndsInHeader(long needed) => new(Path, SafeTensorsProblem.Truncated, new(
        $"the file ends at byte {Length}, within its header, which needs the bytes up to {needed}: the download is incomplete. Download it again.",
        $"ファイルはヘッダーの途中、{Length} バイトで終わっています（{needed} バイトまで必要）。ダウンロードが不完全です。ダウンロードし直してください。"));
}
