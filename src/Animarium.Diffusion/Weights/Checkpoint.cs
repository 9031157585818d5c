using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>
/// The weights behind a path: one file, the index of a sharded one, or a folder in the diffusers layout (<c>transformer</c>,
/// <c>text_conditioner</c>, <c>text_encoder</c>, <c>vae</c>) or the official one (<c>diffusion_models</c>, <c>text_encoders</c>, <c>vae</c>).
/// All are read under the official names, without prefix, memory-mapped and in their stored types.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    readonly Shards shards;
    readonly Dictionary<FileKind, WeightScope> parts;

    Checkpoint(string path, Shards shards)
    {
        (Path, this.shards) = (path, shards);
        Entries = shards.Tensors.ToDictionary(t => t.Key, t => t.Value.File.Entries[t.Value.Name] with { Name = t.Key });
        Metadata = shards.Files.SelectMany(file => file.Metadata).DistinctBy(m => m.Key).ToDictionary();
        Family = Family.Detect(Entries, Metadata);
        var found = PartOfModel.Find(Entries);
        parts = found.ToDictionary(part => part.Family.Kind, part => Scope(part.Names));
        if (found.Count > 0) Quantization.Check(found.SelectMany(part => part.Names.Values).Select(name => shards.Tensors[name]));
        Weights = found.Count > 0 ? parts[found[0].Family.Kind] : Scope(Entries.Keys.ToDictionary(name => name));
    }

    /// <summary>Opens the files and checks their headers; nothing is read beyond those.</summary>
    /// <exception cref="SafeTensorsException">A file is broken, incomplete, of another kind, or quantised in a way that can't be computed with.</exception>
    /// <exception cref="IOException">There is no such file or folder, or the system can't read it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Checkpoint Open(string path)
    {
        var shards = Shards.Open(path);
        try
        {
            return new(path, shards);
        }
        catch
        {
            shards.Dispose();
            throw;
        }
    }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>Every file behind the path.</summary>
    public IReadOnlyList<SafeTensorsFile> Files => shards.Files;

    /// <summary>Every tensor by its stored name; in a folder after the name of its subfolder.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>The files' metadata; where several have the same key, the first.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What it is, its sizes, and which other parts it contains.</summary>
    public Family Family { get; }

    /// <summary>Transformer and text adapter, or null. The same scope each time: what one model took of it, another sees as taken.</summary>
    public WeightScope? DiffusionModel => parts.GetValueOrDefault(FileKind.DiffusionModel);

    /// <summary>The text encoder, or null.</summary>
    public WeightScope? TextEncoder => parts.GetValueOrDefault(FileKind.TextEncoder);

    /// <summary>The VAE, or null.</summary>
    public WeightScope? Vae => parts.GetValueOrDefault(FileKind.Vae);

    /// <summary>The first of these parts that is there; in a file of another family, all tensors under their own names.</summary>
    public WeightScope Weights { get; }

    /// <summary>A tensor by its stored name, as it is stored: a view of the mapped file.</summary>
    internal Tensor Read(string stored) => shards.Tensors[stored] is var (file, name) ? file.Read(name) : throw new KeyNotFoundException(stored);

    /// <summary>Lets go of the files; tensors already taken keep them mapped while they live.</summary>
    public void Dispose() => shards.Dispose();

    WeightScope Scope(IReadOnlyDictionary<string, string> names) => new(names.ToDictionary(name => name.Key, name => Reader(shards.Tensors[name.Value])));

    static Func<Tensor> Reader((SafeTensorsFile File, string Name) tensor) => () => tensor.File.Read(tensor.Name);
}
