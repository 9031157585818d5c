using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>Reads a layer's tensors, checks them against each other and says what they do to the module's <c>weight</c> and <c>bias</c>.</summary>
/// <param name="file">The file.</param>
/// <param name="layer">One of its layers.</param>
/// <param name="module">The module's name in the model, for messages.</param>
internal sealed class LayerReader(LoraFile file, LoraLayer layer, string module)
{
    /// <summary>Whether its alpha is 0, which counts as the rank.</summary>
    public bool HasZeroAlpha { get; private set; }

    /// <returns>In the order in which they act: which tensor of the module, and how it changes.</returns>
    /// <exception cref="LoraException">The layer is incomplete, contradicts itself or holds NaN.</exception>
    public IEnumerable<(string Tensor, WeightChange Change)> Changes()
    {
        if (layer.Alpha is { } alpha && !double.IsFinite(alpha)) throw NonFinite("alpha", 1);
        if (Adapter() is { } adapter) yield return ("weight", adapter);
        foreach (var (role, tensor) in ((string, string)[])[("diff", "weight"), ("w_norm", "weight"), ("diff_b", "bias"), ("b_norm", "bias")])
            if (Optional(role) is { } difference) yield return (tensor, new DifferenceChange(difference));
        if (Optional("set_weight") is { } value) yield return ("weight", new ReplacingChange(value));
    }

    WeightChange? Adapter()
    {
        if (layer.Algorithm == LoraAlgorithm.Full) return null;
        if (layer.Algorithm == LoraAlgorithm.Oft) return new DiagonalRotationChange(Blocks(3), Optional("rescale"), layer.Alpha ?? 0);
        if (layer.Algorithm == LoraAlgorithm.Boft) return new ButterflyChange(Blocks(4), Optional("rescale"), layer.Alpha ?? 0);
        AdditiveChange change = layer.Algorithm switch
        {
            LoraAlgorithm.Lora => LowRank(),
            LoraAlgorithm.Loha => Hadamard(),
            LoraAlgorithm.Lokr => Kronecker(),
            LoraAlgorithm.Glora => Glora(),
            LoraAlgorithm.Ia3 => new ScalingChange(Required("weight"), Required("on_input").to(ScalarType.Bool).any().item<bool>()),
            var other => throw new ArgumentOutOfRangeException(nameof(layer), other, "No such algorithm."),
        };
        return Optional("dora_scale") is { } magnitude ? new MagnitudeChange(change, magnitude) : change;
    }

    LowRankChange LowRank()
    {
        var (up, down) = Factors("lora_up", "lora_down");
        return new(up, down, Scale(down.shape[0]));
    }

    HadamardChange Hadamard()
    {
        var ((w1a, w1b), (w2a, w2b)) = (Factors("hada_w1_a", "hada_w1_b"), Factors("hada_w2_a", "hada_w2_b"));
        if (w1a.shape[0] != w2a.shape[0] || w1b.shape[1] != w2b.shape[1]) throw RankMismatch("hada_w1", w1a.shape[0], "hada_w2", w2a.shape[0]);
        return new(w1a, w1b, w2a, w2b, Scale(w1b.shape[0]));
    }

    KroneckerChange Kronecker()
    {
        var (w1, w2) = (Kron("lokr_w1"), Kron("lokr_w2"));
        return new(w1, w2, (w2.B ?? w1.B) is { } factor ? Scale(factor.shape[0]) : 1);
    }

    (Tensor A, Tensor? B) Kron(string role) => Optional(role) is { } whole ? (Matrix(whole, role), null) : Factors(role + "_a", role + "_b");

    GloraChange Glora()
    {
        var ((a1, a2), (b1, b2)) = (Factors("a1", "a2"), Factors("b1", "b2"));
        return new(a1, a2, b1, b2, Scale(a2.shape[0]));
    }

    /// <summary>Two matrices to be multiplied: (m, r) and (r, n).</summary>
    (Tensor Left, Tensor Right) Factors(string left, string right)
    {
        var (a, b) = (Matrix(Required(left), left), Matrix(Required(right), right));
        return a.shape[1] == b.shape[0] && b.shape[0] > 0 ? (a, b) : throw RankMismatch(right, b.shape[0], left, a.shape[1]);
    }

    Tensor Blocks(int dimensions)
    {
        var blocks = Required("oft_blocks");
        return blocks.dim() == dimensions && blocks.shape is [.., var rows, var columns] && rows == columns && rows > 0 && (dimensions == 3 || rows % 2 == 0)
            ? blocks : throw Error(LoraIssueCode.ShapeMismatch, module, $"[{string.Join(", ", blocks.shape)}]", "a row of square blocks");
    }

    // Trainers of convolutional models save matrices as (m, n, 1, 1).
    Tensor Matrix(Tensor x, string role) => x.shape switch
    {
        [_, _] => x,
        [_, _, 1, 1] => x.flatten(1),
        var shape => throw Error(LoraIssueCode.ShapeMismatch, module, $"{role} [{string.Join(", ", shape)}]", "a matrix"),
    };

    double Scale(long rank)
    {
        HasZeroAlpha |= layer.Alpha == 0;
        double alpha = layer.Alpha is null or 0 ? rank : layer.Alpha.Value;
        return alpha / (layer.RankStabilized ? Math.Sqrt(rank) : rank);
    }

    Tensor Required(string role) => Optional(role) ?? throw Error(LoraIssueCode.IncompleteLayer, module, role);

    Tensor? Optional(string role)
    {
        if (!layer.Tensors.TryGetValue(role, out var entry)) return null;
        var tensor = file.Read(entry);
        using var scope = NewDisposeScope();
        long bad = tensor.to(float32).isfinite().logical_not().sum().item<long>();
        return bad == 0 ? tensor : throw NonFinite(role, bad);
    }

    LoraException NonFinite(string role, long count) => Error(LoraIssueCode.NonFinite, module, role, count);

    LoraException RankMismatch(string first, long rank, string second, long other) => Error(LoraIssueCode.RankMismatch, module, first, rank, second, other);

    LoraException Error(LoraIssueCode code, params object[] values) => new(file.Path, LoraIssue.Of(code, values));
}
