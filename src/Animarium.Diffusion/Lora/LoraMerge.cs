using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>
/// Several LoRAs as one. Plain LoRAs are added exactly by standing their factors beside each other; with a choice of rank the sum is cut down by its
/// singular values. LoHa, LoKr and differences are added densely, a layer at a time, and need such a choice.
/// </summary>
public static class LoraMerge
{
    /// <summary>The layers of the sum, made one after another.</summary>
    /// <param name="loras">Files with their strengths; one alone with a choice of rank is a LoRA resized.</param>
    /// <param name="choice">Null: exactly, whatever the rank.</param>
    /// <param name="type">The type to round to; the errors count that too.</param>
    /// <exception cref="LoraException">A file is damaged, is not Anima's, or has a form whose effect depends on the base model or has no factors.</exception>
    public static IEnumerable<ReducedLayer> Layers(IReadOnlyList<(LoraFile File, double Strength)> loras, RankChoice? choice, ScalarType type)
    {
        var modules = new SortedDictionary<(LoraNetwork, string), List<(LoraFile File, LoraLayer Layer, double Strength)>>();
        foreach (var (file, strength) in loras)
            foreach (var layer in file.Layers)
            {
                string module = ModuleNames.Official(layer.Network, layer.Path) ?? throw new LoraException(file.Path, LoraIssue.Of(LoraIssueCode.UnknownModule, layer.Name));
                (modules.TryGetValue((layer.Network, module), out var parts) ? parts : modules[(layer.Network, module)] = []).Add((file, layer, strength));
            }
        return modules.Select(module => Layer(module.Key.Item1, module.Key.Item2, module.Value, choice, type));
    }

    static ReducedLayer Layer(LoraNetwork network, string module, List<(LoraFile File, LoraLayer Layer, double Strength)> parts, RankChoice? choice, ScalarType type)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var sum = new LayerSum(network, module);
        foreach (var (file, layer, strength) in parts) sum.Add(file, layer, strength, mayBeDense: choice is not null);
        var result = sum.Result(choice, type);
        foreach (var tensor in result.Layer.Tensors.Values) tensor.DetachFromDisposeScope();
        return result;
    }
}
