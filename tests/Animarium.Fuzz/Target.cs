using Animarium.Diffusion.Weights;

namespace Animarium.Fuzz;

/// <summary>Something that reads strangers' bytes: it may refuse them in its own words, and nothing else may happen.</summary>
/// <param name="Name">Also the folder of its corpus.</param>
/// <param name="Read">Reads the bytes as it would a file.</param>
/// <param name="Refusal">The exception that carries its words.</param>
public sealed record Target(string Name, Action<byte[]> Read, Type Refusal)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        new("safetensors", bytes => InFile(bytes, "safetensors", ReadTensors), typeof(SafeTensorsException)),
        new("index", bytes => InFile(bytes, "safetensors.index.json", path => Checkpoint.Open(path).Dispose()), typeof(SafeTensorsException)),
    ];

    /// <summary>The seeds a fuzzer starts from, and what it found.</summary>
    public static string Corpus { get; } = Path.Combine(AppContext.BaseDirectory, "Corpus");

    /// <summary>Reads and takes a refusal for an answer.</summary>
    public void Try(byte[] bytes)
    {
        try
        {
            Read(bytes);
        }
        catch (Exception e) when (Refusal.IsInstanceOfType(e))
        {
        }
    }

    static void ReadTensors(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        Family.Detect(file.Entries, file.Metadata);
        using var scope = TorchSharp.torch.NewDisposeScope();
        foreach (var name in file.Entries.Keys) file.Read(name);
    }

    static void InFile(byte[] bytes, string ending, Action<string> read)
    {
        string path = Path.Combine(Path.GetTempPath(), $"animarium-fuzz-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.{ending}");
        File.WriteAllBytes(path, bytes);
        try
        {
            read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
