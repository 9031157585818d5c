using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Animarium.Bench;

/// <summary>
/// A full-size Anima with random weights, in the official layout: the very names, shapes and types of the official files, so that file sizes agree to the byte.
/// Linear layers are drawn with deviation 1/√fan-in and norms are one, so that activations keep the size they have in a trained model.
/// </summary>
public static class RandomCheckpoint
{
    const string Unfinished = ".part";

    static readonly (string Manifest, string Folder)[] Files =
    [
        ("anima-base-v1.0.json", "diffusion_models"),
        ("qwen_3_06b_base.json", "text_encoders"),
        ("qwen_image_vae.json", "vae"),
    ];

    /// <summary>The files of the transformer, the text encoder and the VAE.</summary>
    /// <param name="folder">Where the model is, or will be.</param>
    public static IEnumerable<string> Paths(string folder) => Files.Select(file => Path.Combine(folder, file.Folder, (string)Manifest(file.Manifest)["file"]!));

    /// <summary>Removes the model, finished or not, and the folder if nothing else is in it.</summary>
    public static void Delete(string folder)
    {
        foreach (var path in Paths(folder))
        {
            string part = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(part)) continue;
            File.Delete(path);
            File.Delete(path + Unfinished);
            if (!Directory.EnumerateFileSystemEntries(part).Any()) Directory.Delete(part);
        }
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }

    /// <summary>Makes what is missing in a folder; a finished model is left as it is.</summary>
    /// <param name="folder">Holds the model afterwards; it needs 5.7 GB (twice that in fp32).</param>
    /// <param name="dtype">BF16 or F32.</param>
    /// <exception cref="IOException">The disk has too little room.</exception>
    public static void Make(string folder, string dtype)
    {
        foreach (var (file, path) in Files.Zip(Paths(folder)))
        {
            if (File.Exists(path)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Write(path + Unfinished, Manifest(file.Manifest)["tensors"]!.AsObject(), dtype);
            File.Move(path + Unfinished, path);
        }
    }

    static JsonNode Manifest(string name)
    {
        using var resource = typeof(RandomCheckpoint).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(resource)!;
    }

    static void Write(string path, JsonObject tensors, string dtype)
    {
        int width = dtype == "F32" ? 4 : 2;
        var header = new JsonObject();
        long offset = 0;
        foreach (var (name, tensor) in tensors)
        {
            long bytes = Elements(tensor!) * width;
            header[name] = new JsonObject { ["dtype"] = dtype, ["shape"] = tensor!["shape"]!.DeepClone(), ["data_offsets"] = new JsonArray(offset, offset + bytes) };
            offset += bytes;
        }
        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] padded = [.. json, .. Enumerable.Repeat((byte)' ', (8 - json.Length % 8) % 8)];

        var normal = Normal(1 << 20);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        var size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, padded.Length);
        file.Write(size);
        file.Write(padded);
        foreach (var (name, tensor) in tensors) WriteTensor(file, name, tensor!, normal, width);
        file.Flush(flushToDisk: true);
    }

    static void WriteTensor(FileStream file, string name, JsonNode tensor, float[] normal, int width)
    {
        long[] shape = [.. tensor["shape"]!.AsArray().Select(s => (long)s!)];
        bool norm = name.EndsWith("norm.weight", StringComparison.Ordinal) || name.EndsWith("layernorm.weight", StringComparison.Ordinal) || name.EndsWith("gamma", StringComparison.Ordinal)
            || shape.Length == 1 && name.EndsWith(".weight", StringComparison.Ordinal);
        bool bias = name.EndsWith(".bias", StringComparison.Ordinal);
        float deviation = name.Contains("embed", StringComparison.Ordinal) && shape.Length == 2 && shape[0] > 4096 ? 1 : 1 / MathF.Sqrt(Math.Max(1, shape.Skip(1).Aggregate(1L, (a, b) => a * b)));
        var block = new byte[normal.Length * width];
        for (int i = 0; i < normal.Length; i++)
        {
            float value = norm ? 1 : bias ? 0 : normal[i] * deviation;
            if (width == 4) MemoryMarshal.Write(block.AsSpan(4 * i), value);
            else BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(2 * i), (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
        }
        for (long left = Elements(tensor) * width; left > 0; left -= block.Length) file.Write(block, 0, (int)Math.Min(left, block.Length));
    }

    static long Elements(JsonNode tensor) => tensor["shape"]!.AsArray().Aggregate(1L, (product, size) => product * (long)size!);

    static float[] Normal(int count)
    {
        var random = new Random(20260801);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
