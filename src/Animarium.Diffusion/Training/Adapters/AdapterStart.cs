using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Adapters;

/// <summary>The factors with which a layer continues.</summary>
/// <param name="Factors">By role; views of the mapped file.</param>
/// <param name="Alpha">The file's, or the rank where it gives none or 0.</param>
sealed record AdapterStart(IReadOnlyDictionary<string, Tensor> Factors, double? Alpha)
{
    /// <summary>The layers of a file by the weights they change, checked as for drawing.</summary>
    /// <exception cref="LoraException">The file is damaged or belongs to another model.</exception>
    /// <exception cref="ArgumentException">It holds another kind of adapter than is to be trained.</exception>
    public static IReadOnlyDictionary<Weight, AdapterStart> Of(LoraFile? file, AdapterOptions options, WeightScope diffusion, WeightScope? textEncoder)
    {
        var starts = new Dictionary<Weight, AdapterStart>();
        if (file is null) return starts;
        var targets = new LoraTargets(diffusion, textEncoder ?? new(new Dictionary<string, Func<Tensor>>()));
        LoraBinding.Bind(file, targets); // refuses what is damaged or has other sizes
        foreach (var layer in file.Layers)
        {
            if (targets.Module(layer.Network, layer.Path) is not { } module || targets.Find(layer.Network, module, "weight") is not { } target) continue;
            var kind = KindOf(layer);
            if (kind != options.Kind)
                throw new ArgumentException($"{file.Path} can't be continued: {layer.Name} is a {kind?.ToString() ?? layer.Algorithm.ToString()}, and a {options.Kind} is to be trained. Choose that kind, or another file.");
            starts[target.Weight] = new(layer.Tensors.ToDictionary(t => t.Key, t => file.Read(t.Value).DetachFromDisposeScope()), AlphaOf(layer));
        }
        return starts;
    }

    static double? AlphaOf(LoraLayer layer) => layer.Alpha is null or 0 ? null : layer.RankStabilized && layer.Rank is { } rank ? layer.Alpha * Math.Sqrt(rank) : layer.Alpha;

    static AdapterKind? KindOf(LoraLayer layer) => layer.Algorithm switch
    {
        LoraAlgorithm.Lora => layer.IsDora ? AdapterKind.Dora : AdapterKind.Lora,
        LoraAlgorithm.Loha when !layer.IsDora => AdapterKind.Loha,
        LoraAlgorithm.Lokr when !layer.IsDora => AdapterKind.Lokr,
        LoraAlgorithm.Oft => AdapterKind.Oft,
        LoraAlgorithm.Ia3 => AdapterKind.Ia3,
        _ => null,
    };
}
