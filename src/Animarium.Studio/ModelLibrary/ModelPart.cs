using Animarium.Diffusion.Weights;

namespace Animarium.Studio.ModelLibrary;

/// <summary>A file or folder that holds a diffusion model, a text encoder or a VAE, or several of them.</summary>
/// <param name="Path">The file; for the diffusers layout and sharded models what <see cref="Checkpoint.Open"/> takes.</param>
/// <param name="Folder">The model folder it belongs to: the one above <c>diffusion_models</c> and its like, else the one it lies in.</param>
/// <param name="Families">Its parts by what the tensors say.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="Metadata">What the header says besides.</param>
public sealed record ModelPart(string Path, string Folder, IReadOnlyDictionary<FileKind, Family> Families, long Bytes, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>What it is called: the file's name without its ending.</summary>
    public string Name { get; } = NameOf(Path);

    /// <summary>Reads headers only.</summary>
    /// <param name="path">A file, an index or a folder.</param>
    /// <param name="folder">The model folder it belongs to.</param>
    /// <exception cref="SafeTensorsException">A file is broken, incomplete or of another kind.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ModelPart Read(string path, string folder)
    {
        using var checkpoint = Checkpoint.Open(path);
        var families = new[] { checkpoint.Family }.Concat(checkpoint.Family.Contains).DistinctBy(family => family.Kind).ToDictionary(family => family.Kind);
        return new(System.IO.Path.GetFullPath(path), System.IO.Path.GetFullPath(folder), families, checkpoint.Files.Sum(file => file.Length), checkpoint.Metadata);
    }

    /// <summary>Whether it can serve as a part of a model.</summary>
    public bool Is(FileKind kind) => Families.TryGetValue(kind, out var family) && family.Acceptance == Acceptance.Accepted;

    /// <summary>A size that the tensors of a part say; 0 where they don't.</summary>
    public long Size(FileKind kind, string name) => Families.TryGetValue(kind, out var family) ? family.Sizes.GetValueOrDefault(name) : 0;

    /// <summary>A file's or folder's name without the endings of weights; a version's point stays.</summary>
    public static string NameOf(string path)
    {
        string name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path));
        foreach (string ending in (string[])[".safetensors.index.json", ".safetensors", ".sft"])
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) return name[..^ending.Length];
        return name;
    }
}
