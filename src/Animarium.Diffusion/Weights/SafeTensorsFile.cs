using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>One tensor of a file: where its bytes lie and what they mean.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="DType">The format's own name of the type: F32, BF16, F8_E4M3, …</param>
/// <param name="Shape">Sizes, outermost first.</param>
/// <param name="Begin">First byte, counted from the start of the file.</param>
/// <param name="End">One past the last byte.</param>
public sealed record TensorEntry(string Name, string DType, long[] Shape, long Begin, long End);

/// <summary>A safetensors file, memory-mapped: opening reads the header only, a tensor is a view of the mapped bytes.</summary>
public sealed class SafeTensorsFile : IDisposable
{
    readonly Dictionary<string, TensorEntry> entries = [];
    readonly Dictionary<ScalarType, Tensor> maps = [];
    readonly long length;

    SafeTensorsFile(string path)
    {
        Path = path;
        using var stream = File.OpenRead(path);
        length = stream.Length;
        var size = new byte[8];
        stream.ReadExactly(size);
        var header = new byte[BinaryPrimitives.ReadInt64LittleEndian(size)];
        stream.ReadExactly(header);
        using var json = JsonDocument.Parse(header);
        foreach (var p in json.RootElement.EnumerateObject())
        {
            if (p.NameEquals("__metadata__"))
            {
                Metadata = p.Value.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString()!);
                continue;
            }
            var offsets = p.Value.GetProperty("data_offsets");
            entries[p.Name] = new(p.Name, p.Value.GetProperty("dtype").GetString()!,
                [.. p.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())],
                8 + header.Length + offsets[0].GetInt64(), 8 + header.Length + offsets[1].GetInt64());
        }
    }

    /// <summary>Opens a file and checks its header.</summary>
    public static SafeTensorsFile Open(string path) => new(path);

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Entries => entries;

    /// <summary>A view of the mapped bytes in the stored type. Not for writing to; it stays valid as long as the tensor lives.</summary>
    public Tensor Read(string name)
    {
        var entry = entries[name];
        var type = entry.DType switch
        {
            "F64" => ScalarType.Float64, "F32" => ScalarType.Float32, "F16" => ScalarType.Float16, "BF16" => ScalarType.BFloat16,
            "I64" => ScalarType.Int64, "I32" => ScalarType.Int32, "I16" => ScalarType.Int16, "I8" => ScalarType.Int8,
            "U8" => ScalarType.Byte, "BOOL" => ScalarType.Bool,
            _ => throw new NotSupportedException($"{Path}: tensor '{name}' has type {entry.DType}."),
        };
        long width = type switch
        {
            ScalarType.Float64 or ScalarType.Int64 => 8,
            ScalarType.Float32 or ScalarType.Int32 => 4,
            ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
            _ => 1,
        };
        if (!maps.TryGetValue(type, out var map))
            maps[type] = map = from_file(Path, shared: false, size: length / width, dtype: type).DetachFromDisposeScope();
        return map.narrow(0, entry.Begin / width, (entry.End - entry.Begin) / width).reshape(entry.Shape);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var map in maps.Values) map.Dispose();
    }
}
