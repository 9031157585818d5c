using Animarium.Diffusion.Weights;
using Animarium.Studio.Texts;

namespace Animarium.Studio.ModelLibrary;

/// <summary>A LoRA's file.</summary>
/// <param name="Name">What prompts call it: the file's name without its ending.</param>
/// <param name="Path">The file.</param>
public sealed record LoraEntry(string Name, string Path)
{
    /// <summary>What the header says besides the tensors; empty if it cannot be read.</summary>
    public IReadOnlyDictionary<string, string> Metadata()
    {
        try
        {
            using var file = SafeTensorsFile.Open(Path);
            return file.Metadata;
        }
        catch (Exception e) when (e is SafeTensorsException or IOException or UnauthorizedAccessException)
        {
            return new Dictionary<string, string>(); // whoever applies the LoRA says what is wrong with it
        }
    }
}

/// <summary>The LoRA files in the folders <c>loras</c> and <c>Lora</c> of model folders. Only names are read: shelves of thousands are common.</summary>
public sealed class LoraShelf
{
    private const int Deepest = 8, MostModelFolders = 1000;

    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, MaxRecursionDepth = Deepest, IgnoreInaccessible = true, MatchCasing = MatchCasing.CaseInsensitive };

    private readonly Lazy<IReadOnlyList<LoraEntry>> entries;

    internal LoraShelf(IReadOnlyList<string> folders)
    {
        Folders = folders;
        entries = new(() => [.. folders.SelectMany(Shelves).SelectMany(Files).DistinctBy(entry => entry.Path)]);
    }

    /// <summary>All, in the order of the folders and names.</summary>
    public IReadOnlyList<LoraEntry> All => entries.Value;

    private IReadOnlyList<string> Folders { get; }

    /// <summary>The LoRA of a name, with or without folders and ending, in any case; or of a file.</summary>
    /// <exception cref="ModelException">There is none; the message suggests near names.</exception>
    public LoraEntry Find(string name)
    {
        if (OfName(name) is { } entry) return entry;
        if (File.Exists(name)) return new(ModelPart.NameOf(name), Path.GetFullPath(name));
        throw new ModelException(ModelProblem.Unknown, All.Count == 0
            ? Words.Say("library.noLoras", name, Folders.Count > 0 ? Path.Combine(Folders[0], "loras") : "loras")
            : Words.Say("library.unknownLora", name, string.Join(", ", Nearest(name))));
    }

    /// <summary>Whether <see cref="Find"/> finds it.</summary>
    public bool Has(string name) => OfName(name) is not null || File.Exists(name);

    private LoraEntry? OfName(string name)
    {
        string wanted = "/" + Plain(name);
        return All.FirstOrDefault(entry => ModelCatalog.Same(entry.Name, wanted[1..])) ?? All.FirstOrDefault(entry => ("/" + Plain(entry.Path)).EndsWith(wanted, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Names that share the most pairs of letters: people remember words, not the order of versions and dates around them.</summary>
    private IEnumerable<string> Nearest(string name)
    {
        var wanted = Pairs(name);
        return All.Select(entry => entry.Name).Distinct().OrderByDescending(known => Pairs(known) is var pairs ? 2.0 * pairs.Intersect(wanted).Count() / (pairs.Count + wanted.Count + 1) : 0).Take(3);
    }

    private static HashSet<string> Pairs(string name) => [.. name.ToLowerInvariant().Zip(name.ToLowerInvariant().Skip(1), (a, b) => $"{a}{b}")];

    private static string Plain(string path)
    {
        string folder = path[..^Path.GetFileName(path).Length].Replace('\\', '/');
        return folder + ModelPart.NameOf(path);
    }

    /// <summary>A folder's own shelf and those of the model folders in it.</summary>
    private static IEnumerable<string> Shelves(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        var inner = Directory.EnumerateDirectories(folder, "*", new EnumerationOptions { IgnoreInaccessible = true }).Order(StringComparer.Ordinal).Take(MostModelFolders);
        return new[] { folder }.Concat(inner).SelectMany(place => (string[])[Path.Combine(place, "loras"), Path.Combine(place, "Lora")]).Where(Directory.Exists);
    }

    private static IEnumerable<LoraEntry> Files(string shelf) =>
        Directory.EnumerateFiles(shelf, "*.safetensors", Everywhere).Order(StringComparer.Ordinal).Select(path => new LoraEntry(ModelPart.NameOf(path), Path.GetFullPath(path)));
}
