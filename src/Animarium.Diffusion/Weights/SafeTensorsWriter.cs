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
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        if (tensors.ContainsKey("__metadata__")) throw new ArgumentException("A tensor can't be named __metadata__: the format keeps that for metadata.", nameof(tensors));
        var ordered = tensors.OrderByDescending(t => t.Value.ElementSize).ThenBy(t => t.Key, StringComparer.Ordinal).ToList();
        var header = Header(ordered, metadata);
        string full = Path.GetFullPath(path), partial = Path.Combine(Path.GetDirectoryName(full)!, $".{Guid.NewGuid():N}.partial");
        try
        {
            using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                Span<byte> size = stackalloc byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(size, header.Length);
                stream.Write(size);
                stream.Write(header);
                foreach (var (_, tensor) in ordered) WriteBytes(stream, tensor);
                stream.Flush(flushToDisk: true);
            }
            File.Move(partial, full, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    static byte[] Header(List<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata)
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
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", StoredTypes.NameOf(tensor.dtype));
                WriteNumbers(json, "shape", tensor.shape);
                WriteNumbers(json, "data_offsets", [position, position += tensor.numel() * tensor.ElementSize]);
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

    static unsafe void WriteBytes(FileStream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var rows = tensor.detach().cpu().contiguous();
        // A span holds at most 2 GB.
        const long Piece = 1 << 30;
        long bytes = rows.numel() * rows.ElementSize;
        for (long position = 0; position < bytes; position += Piece)
            stream.Write(new ReadOnlySpan<byte>((byte*)rows.Address() + position, (int)Math.Min(Piece, bytes - position)));
    }
}
