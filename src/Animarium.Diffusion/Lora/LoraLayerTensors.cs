using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>One layer of a LoRA that is to be written, under the model's own name of its module.</summary>
/// <param name="Network">The network it changes.</param>
/// <param name="Module">The module's name in the model, without prefix: <c>blocks.0.self_attn.q_proj</c>.</param>
/// <param name="Tensors">By role, as LyCORIS names them: <c>lora_down</c> (r, in), <c>lora_up</c> (out, r), <c>hada_w1_a</c>, …, <c>dora_scale</c>, <c>diff</c>; without the alpha.</param>
/// <param name="Alpha">The scale's numerator; null: the rank, so that the scale is 1.</param>
public sealed record LoraLayerTensors(LoraNetwork Network, string Module, IReadOnlyDictionary<string, Tensor> Tensors, double? Alpha)
{
    /// <summary>The layers of a file; their tensors are views of it, which outlive it.</summary>
    /// <exception cref="LoraException">A layer is none of Anima's, incomplete, contradicts itself or holds NaN.</exception>
    public static IReadOnlyList<LoraLayerTensors> Of(LoraFile file) => [.. file.Layers.Select(layer => Of(file, layer))];

    /// <summary>The layers of tensors that stand under the names of any naming, such as those that a trainer hands over.</summary>
    /// <param name="tensors">By their names in a file: <c>lora_unet_blocks_0_self_attn_q_proj.lora_down.weight</c>; alphas are numbers of shape ().</param>
    /// <exception cref="ArgumentException">A name belongs to no layer of Anima.</exception>
    public static IReadOnlyList<LoraLayerTensors> Of(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var layers = new SortedDictionary<string, Dictionary<string, Tensor>>(StringComparer.Ordinal);
        foreach (var (name, tensor) in tensors)
        {
            var (module, role) = LoraKeys.Split(name) ?? throw new ArgumentException($"'{name}' is no name of a LoRA's tensor.", nameof(tensors));
            (layers.TryGetValue(module, out var known) ? known : layers[module] = []).Add(role, tensor);
        }
        return [.. layers.Select(layer => Of(layer.Key, layer.Value))];
    }

    /// <summary>Its inner size; null where the form has none.</summary>
    public long? Rank => Rows("lora_down") ?? Rows("hada_w1_b") ?? Rows("lokr_w2_b") ?? Rows("lokr_w1_b") ?? Rows("a2");

    static LoraLayerTensors Of(LoraFile file, LoraLayer layer)
    {
        string module = ModuleNames.Official(layer.Network, layer.Path) ?? throw new LoraException(file.Path, LoraIssue.Of(LoraIssueCode.UnknownModule, layer.Name));
        foreach (var _ in new LayerReader(file, layer, module).Changes()) { } // checks the tensors against each other and for NaN
        var tensors = layer.Tensors.Where(t => t.Key != "alpha").ToDictionary(t => t.Key, t => Plain(t.Key, file.Read(t.Value)));
        // rsLoRA's scale alpha / √r, for readers that know alpha / r only. An alpha of 0 means the rank.
        var alpha = layer is { RankStabilized: true, Alpha: { } stabilized, Rank: { } rank } ? stabilized * Math.Sqrt(rank) : layer.Alpha;
        return new(layer.Network, module, tensors, alpha is 0 && layer.Rank is { } size ? size : alpha);
    }

    static LoraLayerTensors Of(string name, Dictionary<string, Tensor> tensors)
    {
        var (_, network, path) = LoraKeys.Locate(name);
        string module = ModuleNames.Official(network, path) ?? throw new ArgumentException($"'{name}' is no layer of Anima.", nameof(name));
        return new(network, module, tensors.Where(t => t.Key != "alpha").ToDictionary(t => t.Key, t => Plain(t.Key, t.Value)), tensors.TryGetValue("alpha", out var alpha) ? alpha.to(ScalarType.Float64).item<double>() : null);
    }

    /// <summary>As a linear layer has it: trainers of convolutional models save matrices as (m, n, 1, 1), and a magnitude of (out) is read as a row by some.</summary>
    static Tensor Plain(string role, Tensor stored) => (role, stored.shape) switch
    {
        (_, [_, _, 1, 1]) => stored.flatten(1),
        ("dora_scale", [_]) => stored.unsqueeze(1),
        _ => stored,
    };

    long? Rows(string role) => Tensors.TryGetValue(role, out var tensor) ? tensor.shape[0] : null;
}
