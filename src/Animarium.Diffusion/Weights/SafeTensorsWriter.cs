using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Animarium.Diffusion.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>
/// Writes safetensors files that appear whole or not at all. Equal content gives equal bytes: tensors stand by falling element size, then by name (so
/// each begins at a multiple of its element size), metadata by key.
/// </summary>
public static class SafeTensorsWriter
{
    /// <summary>The header is padded with spaces to this, so that the first tensor is aligned.</summary>
    const int Alignment = 8;

    /// <summary>Writes beside the target, flushes to the disk, renames over it.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="tensors">By name; on any device, in any layout; written in their own types.</param>
    /// <param name="metadata">Goes into <c>__metadata__</c>; null: none.</param>
    /// <exception cref="IOException">The disk is full, or the system can't write there; nothing half-written is left.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    /// <exception cref="NotSupportedException">A tensor has a type that the format doesn't know.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(path, [.. tensors.Select(t => new StoredTensor(t.Key, t.Value))], metadata);

    /// <inheritdoc cref="Write(string, IReadOnlyDictionary{string, Tensor}, IReadOnlyDictionary{string, string}?)"/>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="tensors">Made one after another while the file is written; no two of the same name.</param>
    /// <param name="metadata">Goes into <c>__metadata__</c>; null: none.</param>
    /// <param name="cancel">Ends the writing early; the file is as it was.</param>
    public static void Write(string path, IReadOnlyCollection<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancel = default)
    {
        var ordered = Ordered(tensors);
        var header = Header(ordered, metadata);
        string full = Path.GetFullPath(path), partial = Path.Combine(Path.GetDirectoryName(full)!, $".{Guid.NewGuid():N}.partial");
        try
        {
            using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                Emit(header, ordered, stream.Write, cancel);
                stream.Flush(flushToDisk: true);
            }
            File.Move(partial, full, overwrite: true);
        }
        catch (ArgumentOutOfRangeException e)
        {
            File.Delete(partial);
            throw new IOException(e.Message, e); // what .NET makes of EFBIG: a limit on the size of files
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>The hashes that a file of this content would have.</summary>
    /// <inheritdoc cref="Write(string, IReadOnlyCollection{StoredTensor}, IReadOnlyDictionary{string, string}?, CancellationToken)" path="/param"/>
    public static FileHash HashOf(IReadOnlyCollection<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancel = default)
    {
        var ordered = Ordered(tensors);
        var header = Header(ordered, metadata);
        using var hasher = new FileHasher(header.Length);
        Emit(header, ordered, hasher.Append, cancel);
        return hasher.Finish();
    }

    static List<StoredTensor> Ordered(IReadOnlyCollection<StoredTensor> tensors)
    {
        if (tensors.Any(t => t.Name == "__metadata__")) throw new ArgumentException("A tensor can't be named __metadata__: the format keeps that for metadata.", nameof(tensors));
        return [.. tensors.OrderByDescending(t => t.ElementBits).ThenBy(t => t.Name, StringComparer.Ordinal)];
    }

    static void Emit(byte[] header, List<StoredTensor> tensors, Action<ReadOnlySpan<byte>> sink, CancellationToken cancel)
    {
        Span<byte> size = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(size, header.Length);
        sink(size);
        sink(header);
        foreach (var tensor in tensors)
        {
            cancel.ThrowIfCancellationRequested();
            EmitBytes(tensor, sink);
        }
    }

    static byte[] Header(List<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long position = 0;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.TypeName);
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [position, position += tensor.Bytes]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var header = new byte[(buffer.WrittenCount + Alignment - 1) / Alignment * Alignment];
        buffer.WrittenSpan.CopyTo(header);
        header.AsSpan(buffer.WrittenCount).Fill((byte)' ');
        return header;
    }

    static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    static unsafe void EmitBytes(StoredTensor tensor, Action<ReadOnlySpan<byte>> sink)
    {
        using var scope = NewDisposeScope();
        var rows = tensor.Value().detach().cpu().contiguous();
        if (rows.dtype != tensor.Type || !rows.shape.SequenceEqual(tensor.Shape))
            throw new InvalidOperationException($"'{tensor.Name}' is {rows.dtype} [{string.Join(", ", rows.shape)}], announced as {tensor.Type} [{string.Join(", ", tensor.Shape)}].");
        // A span holds at most 2 GB.
        const long Piece = 1 << 30;
        for (long position = 0; position < tensor.Bytes; position += Piece)
            sink(new ReadOnlySpan<byte>((byte*)rows.Address() + position, (int)Math.Min(Piece, tensor.Bytes - position)));
    }
}
