using Animarium.Diffusion.Weights;
using Animarium.Studio.Texts;

namespace Animarium.Studio.ModelLibrary;

/// <summary>The models and LoRAs of some folders. Headers are read when first asked for, once.</summary>
public sealed class ModelCatalog
{
    private Found found; // replaced as a whole: pages look while files come

    /// <summary>A catalog of folders; those that do not exist are empty.</summary>
    /// <param name="folders">In order: models of earlier folders come first.</param>
    public ModelCatalog(IReadOnlyList<string> folders)
    {
        Folders = folders;
        found = new(folders);
    }

    /// <summary>Where it looks.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>The LoRAs beside the models.</summary>
    public LoraShelf Loras => found.Loras;

    /// <summary>Every diffusion model with what belongs to it: those of official size first, then in the order of the folders and names.</summary>
    public IReadOnlyList<LibraryModel> Models => found.Models.Value;

    /// <summary>All parts, those of other parts' models included.</summary>
    public IReadOnlyList<ModelPart> Parts => found.Scan.Value.Parts;

    /// <summary>Files that look like parts of models and cannot be used, each with the reason.</summary>
    public IReadOnlyList<UnusableFile> Unusable => found.Scan.Value.Unusable;

    /// <summary>Forgets what was found: files that were added or removed meanwhile count from now on.</summary>
    public void LookAgain()
    {
        found = new(Folders);
        LookedAgain?.Invoke();
    }

    /// <summary>What was found may be different. Called from any thread.</summary>
    public event Action? LookedAgain;

    /// <summary>Finds a complete model.</summary>
    /// <param name="model">A name, a file or a folder; null: the first complete one.</param>
    /// <param name="vae">A name or a file; null: the one that belongs to it.</param>
    /// <param name="textEncoder">A name or a file; null: the one that belongs to it.</param>
    /// <param name="warnings">Gets what may go wrong though the parts fit.</param>
    /// <exception cref="ModelException">There is none, it is incomplete, or the parts do not fit; the message says what to do.</exception>
    public LibraryModel Find(string? model = null, string? vae = null, string? textEncoder = null, Action<string>? warnings = null)
    {
        var found = model is not null ? Named(model) : Models.FirstOrDefault(candidate => candidate.IsComplete) ?? (Models.Count > 0 ? Models[0] : throw Nothing());
        var transformer = found.Transformer;
        if (textEncoder is not null)
        {
            var part = Part(textEncoder, FileKind.TextEncoder, "text-encoder");
            if (Pairing.TextEncoderProblem(transformer, part) is { } problem) throw new ModelException(ModelProblem.Mismatch, problem);
            found = Pairing.With(transformer, part, found.Vae);
        }
        if (vae is not null)
        {
            var part = Part(vae, FileKind.Vae, "vae");
            if (Pairing.VaeProblem(transformer, part) is { } problem) throw new ModelException(ModelProblem.Mismatch, problem);
            if (part.Folder != transformer.Folder && !Pairing.HasOfficialLatents(transformer, part)) warnings?.Invoke(Words.Say("library.otherLatents", part.Path));
            found = Pairing.With(transformer, found.TextEncoder, part);
        }
        return found.IsComplete ? found : throw new ModelException(ModelProblem.Incomplete, string.Join(' ', found.Missing));
    }

    /// <summary>Whether a name, file or folder is a model, complete or not.</summary>
    public bool Has(string model) => OfName(model) is not null || File.Exists(model) || Directory.Exists(model);

    /// <summary>Whether a name or file is a text encoder or VAE.</summary>
    public bool HasPart(string name) => Parts.Any(part => Same(part.Name, name)) || File.Exists(name);

    private LibraryModel Named(string model)
    {
        if (OfName(model) is { } known) return known;
        if (Directory.Exists(model) && !ModelScan.IsDiffusers(model)) return InFolder(model);
        if (File.Exists(model) || Directory.Exists(model))
        {
            var part = Parts.FirstOrDefault(part => part.Path == Path.GetFullPath(model)) ?? ModelScan.Only(model);
            if (!part.Is(FileKind.DiffusionModel)) throw new ModelException(ModelProblem.Mismatch, Words.Say("library.isModel", model, Words.In(part.Families.Values.First().Description)));
            return Pairing.Of(part, [.. Around(part.Folder), .. Parts]);
        }
        if (IsPath(model)) throw new ModelException(ModelProblem.Unknown, Words.Say("library.path", model));
        throw Models.Count == 0 ? Nothing() : new ModelException(ModelProblem.Unknown, Words.Say("library.unknownModel", model, string.Join(", ", Models.Select(known => known.Name).Distinct())));
    }

    /// <summary>By the transformer's name, with or without ending, or by its model folder's.</summary>
    private LibraryModel? OfName(string name) =>
        Models.FirstOrDefault(model => Same(model.Name, name) || Same(Path.GetFileName(model.Transformer.Path), name)) ?? Models.FirstOrDefault(model => Same(Path.GetFileName(model.Transformer.Folder), name));

    private LibraryModel InFolder(string folder)
    {
        var inside = new ModelScan();
        inside.Folder(folder);
        var models = inside.Parts.Where(part => part.Is(FileKind.DiffusionModel)).Select(part => Pairing.Of(part, [.. inside.Parts, .. Parts])).ToList();
        return models.Find(model => model.IsComplete) ?? models.FirstOrDefault()
            ?? throw new ModelException(ModelProblem.Unknown, inside.Unusable.Count > 0 ? inside.Unusable[0].Message : NothingIn(Path.GetFullPath(folder)));
    }

    private ModelPart Part(string name, FileKind kind, string field)
    {
        if (Parts.FirstOrDefault(part => part.Is(kind) && (Same(part.Name, name) || Same(Path.GetFileName(part.Path), name))) is { } known) return known;
        if (File.Exists(name) || Directory.Exists(name)) return ModelScan.Only(name);
        if (IsPath(name)) throw new ModelException(ModelProblem.Unknown, Words.Say("library.path", name));
        string names = string.Join(", ", Parts.Where(part => part.Is(kind)).Select(part => part.Name).Distinct());
        throw new ModelException(ModelProblem.Unknown, Words.Say("library.unknownPart", field, name, names.Length > 0 ? names : Words.Say("library.nothing")));
    }

    /// <summary>The parts of a model folder that may lie outside the library.</summary>
    private static List<ModelPart> Around(string folder)
    {
        var around = new ModelScan();
        around.Folder(folder);
        return around.Parts;
    }

    private ModelException Nothing() => new(ModelProblem.Incomplete, Unusable.Count > 0 ? Unusable[0].Message : NothingIn(string.Join(", ", Folders)));

    private static string NothingIn(string folders) => Words.Say("library.none", folders, OfficialFiles.Transformer, OfficialFiles.TextEncoder, OfficialFiles.Vae);

    /// <summary>One look through the folders, made when it is first needed.</summary>
    private sealed class Found
    {
        public Found(IReadOnlyList<string> folders)
        {
            Loras = new(folders);
            Scan = new(() =>
            {
                var scan = new ModelScan();
                foreach (string folder in folders) scan.Folder(folder);
                return scan;
            });
            Models = new(() => [.. Scan.Value.Parts.Where(part => part.Is(FileKind.DiffusionModel)).Select(part => Pairing.Of(part, Scan.Value.Parts)).OrderByDescending(model => model.IsOfficialSize)]);
        }

        public LoraShelf Loras { get; }

        public Lazy<ModelScan> Scan { get; }

        public Lazy<IReadOnlyList<LibraryModel>> Models { get; }
    }

    internal static bool IsPath(string name) => name.AsSpan().ContainsAny('/', '\\') || name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);

    internal static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
