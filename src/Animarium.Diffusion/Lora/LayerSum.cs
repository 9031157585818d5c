using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>What several LoRAs together do to one module: factors as long as all have them, else a dense matrix; besides it vectors and biases.</summary>
/// <param name="network">The module's network.</param>
/// <param name="module">The module's name in the model.</param>
internal sealed class LayerSum(LoraNetwork network, string module)
{
    readonly List<LowRankFactors> factors = [];
    readonly Dictionary<string, Tensor> dense = []; // by role: diff (out, in) or (n), diff_b (n)
    long[]? shape;

    /// <summary>Adds a layer at a strength.</summary>
    /// <exception cref="LoraException">Its effect depends on the base model's weights; it has no factors and must have; it has another size than those before.</exception>
    public void Add(LoraFile file, LoraLayer layer, double strength, bool mayBeDense)
    {
        foreach (var (tensor, change) in new LayerReader(file, layer, module).Changes())
        {
            if (change is not AdditiveChange { NeedsWeight: false } additive)
                throw new LoraException(file.Path, LoraIssue.Of(LoraIssueCode.NeedsBase, module, layer.IsDora ? "DoRA" : layer.Algorithm));
            if (tensor == "weight") RequireShape(file, additive.Shape);
            if (additive is LowRankChange lowRank) factors.Add(new(lowRank.Up(strength), lowRank.Down));
            else if (additive.Shape.Length == 2 && !mayBeDense) throw new LoraException(file.Path, LoraIssue.Of(LoraIssueCode.NeedsRank, module, layer.Algorithm));
            else
            {
                var delta = additive.Delta(empty(0)).Times(strength);
                string role = tensor == "bias" ? "diff_b" : "diff";
                dense[role] = dense.TryGetValue(role, out var before) ? before.Plus(delta) : delta;
            }
        }
    }

    /// <summary>The sum, cut down and rounded.</summary>
    public ReducedLayer Result(RankChoice? choice, ScalarType type)
    {
        ReducedLayer? main = null;
        if (dense.TryGetValue("diff", out var matrix) && matrix.dim() == 2)
        {
            dense.Remove("diff");
            foreach (var part in factors) matrix = matrix.Plus(part.Up.mm(part.Down));
            main = ReducedLayer.Of(network, module, matrix, choice!, type);
        }
        else if (factors.Count > 0) main = ReducedLayer.Of(network, module, LowRankFactors.Sum(factors), choice, type);

        var rounded = dense.ToDictionary(d => d.Key, d => d.Value.to(type));
        if (main is not null) return main with { Layer = main.Layer with { Tensors = main.Layer.Tensors.Concat(rounded).ToDictionary() } };
        double norm = Length(dense.Values), lost = Length(dense.Select(d => d.Value - rounded[d.Key].to(float32)));
        return new(new(network, module, rounded, null), null, norm, norm == 0 ? 0 : lost / norm);
    }

    static double Length(IEnumerable<Tensor> parts) => Math.Sqrt(parts.Sum(part => part.to(ScalarType.Float64).Squared().sum().item<double>()));

    void RequireShape(LoraFile file, long[] other)
    {
        shape ??= other;
        if (!shape.SequenceEqual(other)) throw new LoraException(file.Path, LoraIssue.Of(LoraIssueCode.ShapeMismatch, module, string.Join(" × ", other), string.Join(" × ", shape)));
    }
}
