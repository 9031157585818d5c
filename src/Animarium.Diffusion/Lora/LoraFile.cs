using System.Text.Json;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>
/// A LoRA file of any family that is in use for Anima: its layers, what is known about it, and what is wrong with it. Opening reads the header and
/// the alphas; the factors stay mapped in the file.
/// </summary>
public sealed class LoraFile : IDisposable
{
    readonly SafeTensorsFile file;
    readonly List<LoraIssue> issues = [];

    LoraFile(SafeTensorsFile file)
    {
        this.file = file;
        (Layers, NotUnderstood) = Group();
        Refuse();
        var namings = Layers.GroupBy(l => NamingOf(l)).OrderByDescending(g => g.Count());
        Naming = namings.First().Key;
    }

    /// <summary>Opens a LoRA file.</summary>
    /// <exception cref="LoraException">It isn't a LoRA for Anima, or isn't a safetensors file at all.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static LoraFile Open(string path)
    {
        SafeTensorsFile? file = null;
        try
        {
            return new(file = SafeTensorsFile.Open(path));
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (e is SafeTensorsException problem) throw new LoraException(problem);
            throw;
        }
    }

    /// <summary>The path it was opened by.</summary>
    public string Path => file.Path;

    /// <summary>Its layers in the order of their names.</summary>
    public IReadOnlyList<LoraLayer> Layers { get; }

    /// <summary>How most of its layers are named.</summary>
    public LoraNaming Naming { get; }

    /// <summary>The header's own entries.</summary>
    public IReadOnlyDictionary<string, string> Metadata => file.Metadata;

    /// <summary>The base model it says it was trained on, as the trainer spells it; null: it doesn't say.</summary>
    public string? BaseModel => Entry("ss_base_model_version", "modelspec.architecture", "ss_sd_model_name", "base_model");

    /// <summary>Its title; null: none.</summary>
    public string? Title => Entry("modelspec.title", "ss_output_name", "name");

    /// <summary>Every way its layers are parametrised, e.g. <c>Lora</c>, or <c>Lokr</c> and <c>Full</c>.</summary>
    public IReadOnlyList<LoraAlgorithm> Algorithms => [.. Layers.Select(l => l.Algorithm).Distinct().Order()];

    /// <summary>Whether layers carry a learned magnitude (DoRA).</summary>
    public bool IsDora => Layers.Any(l => l.IsDora);

    /// <summary>Every rank that occurs, rising.</summary>
    public IReadOnlyList<long> Ranks => [.. Layers.Select(l => l.Rank).OfType<long>().Distinct().Order()];

    /// <summary>Every alpha that occurs, rising; empty: none is given, which means alpha = rank.</summary>
    public IReadOnlyList<double> Alphas => [.. Layers.Select(l => l.Alpha).OfType<double>().Distinct().Order()];

    /// <summary>How many layers change a network.</summary>
    public int LayersIn(LoraNetwork network) => Layers.Count(l => l.Network == network);

    /// <summary>Names of tensors that have no meaning to any family.</summary>
    public IReadOnlyList<string> NotUnderstood { get; }

    /// <summary>What is remarkable about the file whatever model it is applied to.</summary>
    public IReadOnlyList<LoraIssue> Issues => issues;

    /// <summary>A tensor in its stored type; a view of the mapped file that outlives <see cref="Dispose"/>.</summary>
    internal Tensor Read(TensorEntry entry) => file.Read(entry.Name);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    (IReadOnlyList<LoraLayer>, IReadOnlyList<string>) Group()
    {
        var (modules, unknown) = LoraKeys.Group(file.Entries.Values);
        var settings = Settings();
        return ([.. modules.Select(m => Layer(m.Key, m.Value, settings))], unknown);
    }

    PeftSettings? Settings()
    {
        try
        {
            return PeftSettings.Of(file.Metadata);
        }
        catch (JsonException e)
        {
            issues.Add(LoraIssue.Of(LoraIssueCode.MetadataIgnored, e.Message));
            return null;
        }
    }

    LoraLayer Layer(string module, Dictionary<string, TensorEntry> tensors, PeftSettings? settings)
    {
        var (alpha, stabilized) = tensors.TryGetValue("alpha", out var entry) ? (Scalar(entry), false) : settings?.For(module) ?? default;
        return new(module, LoraKeys.Locate(module), tensors, alpha, stabilized);
    }

    double? Scalar(TensorEntry entry)
    {
        using var scope = NewDisposeScope();
        return entry.Shape.Aggregate(1L, (a, b) => a * b) == 1 ? Read(entry).to(float32).reshape(1)[0].item<float>() : null;
    }

    void Refuse()
    {
        string[] names = [.. file.Entries.Keys.Order(StringComparer.Ordinal)];
        if (names.Length == 0) throw Refusal(LoraIssueCode.Empty);

        if (names.Any(n => n.StartsWith("lllite_", StringComparison.Ordinal)))
            throw Refusal(LoraIssueCode.ControlAdapter, names.Select(n => n.Split('.')[0]).Distinct().Count());
        if (Layers.Count == 0)
            throw names.FirstOrDefault(n => n.EndsWith(".weight", StringComparison.Ordinal)) is { } weight
                ? Refusal(LoraIssueCode.FullCheckpoint, 0, weight)
                : Refusal(LoraIssueCode.NothingFits, 0, names[0]);
        if (ForeignModels.Recognise(Layers) is var (model, evidence))
            throw Refusal(LoraIssueCode.WrongBase, Layers.Count, model.Name, evidence);
    }

    LoraException Refusal(LoraIssueCode code, int skipped = 0, params object[] values) => new(Path, LoraIssue.Of(code, values), skipped);

    // OneTrainer wrote diffusers' paths with kohya's suffixes.
    static LoraNaming NamingOf(LoraLayer layer) => LoraKeys.Locate(layer.Name).Naming is var naming && naming == LoraNaming.Diffusers
        && layer.Tensors.TryGetValue("lora_down", out var down) && down.Name.EndsWith(".lora_down.weight", StringComparison.Ordinal) ? LoraNaming.OneTrainer : naming;

    string? Entry(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (file.Metadata.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value)) return value;
        return null;
    }
}
