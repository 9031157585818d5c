using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>The difference of two checkpoints as a LoRA, one layer at a time: the memory is that of the largest layer.</summary>
public sealed class LoraExtraction
{
    readonly Checkpoint tuned, original;
    readonly List<string> leftOut = [];

    /// <summary>Compares two checkpoints.</summary>
    /// <param name="tuned">The one whose difference is wanted.</param>
    /// <param name="original">The one that the LoRA will be used with.</param>
    public LoraExtraction(Checkpoint tuned, Checkpoint original) => (this.tuned, this.original) = (tuned, original);

    /// <summary>Tensors that differ and that a LoRA of linear layers can't hold (norms, biases, embeddings); known once <see cref="Layers"/> was gone through.</summary>
    public IReadOnlyList<string> LeftOut => leftOut;

    /// <summary>The layers that differ.</summary>
    /// <param name="choice">Rank or share of the energy, for each layer.</param>
    /// <param name="type">The type to round to; the errors count that too.</param>
    /// <exception cref="LoraException">A layer has another size in the other checkpoint.</exception>
    public IEnumerable<ReducedLayer> Layers(RankChoice choice, ScalarType type)
    {
        leftOut.Clear();
        return Parts(tuned.DiffusionModel, original.DiffusionModel, textEncoder: false).Concat(Parts(tuned.TextEncoder, original.TextEncoder, textEncoder: true))
            .Select(pair => Difference(pair, choice, type)).OfType<ReducedLayer>();
    }

    static IEnumerable<(Weight Tuned, Weight Original, bool TextEncoder)> Parts(WeightScope? tuned, WeightScope? original, bool textEncoder)
    {
        if (tuned is null || original is null) yield break;
        foreach (string name in tuned.Names.Intersect(original.Names).Except(tuned.Names.SelectMany(Quantization.Beside)).Order(StringComparer.Ordinal))
            yield return (tuned.Take(name), original.Take(name), textEncoder);
    }

    ReducedLayer? Difference((Weight Tuned, Weight Original, bool TextEncoder) pair, RankChoice choice, ScalarType type)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var (name, shape) = (pair.Tuned.Name, pair.Original.Stored.shape);
        if (!pair.Tuned.Stored.shape.SequenceEqual(shape))
            throw new LoraException(tuned.Path, LoraIssue.Of(LoraIssueCode.ShapeMismatch, name, string.Join(" × ", pair.Tuned.Stored.shape), string.Join(" × ", shape)));
        var delta = pair.Tuned.StoredAs(ScalarType.Float32, CPU) - pair.Original.StoredAs(ScalarType.Float32, CPU);
        if (delta.norm().item<float>() is var norm && !float.IsFinite(norm))
            throw new LoraException(tuned.Path, LoraIssue.Of(LoraIssueCode.NonFinite, name, "weight", delta.isfinite().logical_not().sum().item<long>()));
        if (norm == 0) return null;
        if (Module(name, pair.TextEncoder) is not var (network, module) || shape.Length != 2)
        {
            leftOut.Add(name);
            return null;
        }
        var layer = ReducedLayer.Of(network, module, delta, choice, type);
        foreach (var tensor in layer.Layer.Tensors.Values) tensor.DetachFromDisposeScope();
        return layer;
    }

    // A table of embeddings is a matrix too, but no linear layer.
    static (LoraNetwork Network, string Module)? Module(string weight, bool textEncoder)
    {
        const string suffix = ".weight";
        if (!weight.EndsWith(suffix, StringComparison.Ordinal)) return null;
        string module = weight[..^suffix.Length];
        var network = textEncoder ? LoraNetwork.TextEncoder : module.StartsWith("llm_adapter.", StringComparison.Ordinal) ? LoraNetwork.Adapter : LoraNetwork.Transformer;
        return module is "llm_adapter.embed" or "embed_tokens" || ModuleNames.Official(network, module.Replace('.', '_')) is null ? null : (network, module);
    }
}
