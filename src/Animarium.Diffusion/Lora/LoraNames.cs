using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>A layer's tensors under the names and in the type of a format.</summary>
internal static class LoraNames
{
    /// <summary>The tensors of one layer.</summary>
    /// <param name="path">The file that they go into, for messages.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="format">Names and type.</param>
    /// <exception cref="LoraException">The naming has no names for the layer's form.</exception>
    public static IEnumerable<StoredTensor> Tensors(string path, LoraLayerTensors layer, LoraFormat format)
    {
        string name = ModuleNames.In(format.Naming, layer.Network, layer.Module);
        foreach (var (role, tensor) in layer.Tensors)
        {
            string full = name + Suffix(path, layer, role, format.Naming);
            var value = format.Naming == LoraNaming.Diffusers && role == "dora_scale" ? tensor.flatten() : tensor;
            // A flag, such as IA³'s, is no number to be rounded.
            var type = tensor.is_floating_point() && format.Type is { } wanted ? wanted : tensor.dtype;
            yield return new(full, type, value.shape, () => Rounded(path, layer, role, value, type));
        }
        if (format.Naming != LoraNaming.Diffusers && (layer.Alpha ?? (format.Naming == LoraNaming.Kohya ? layer.Rank : null)) is { } alpha)
            yield return new(name + ".alpha", tensor((float)alpha).to(AlphaType(alpha, format.Type ?? layer.Tensors.Values.First().dtype)));
    }

    static string Suffix(string path, LoraLayerTensors layer, string role, LoraNaming naming)
    {
        if (naming == LoraNaming.Diffusers && (role is not ("lora_down" or "lora_up" or "dora_scale") || role == "dora_scale" && layer.Tensors[role].shape is [1, > 1]))
            throw new LoraException(path, LoraIssue.Of(LoraIssueCode.NotInNaming, layer.Module, role, "diffusers"));
        return (role, naming) switch
        {
            ("lora_down", LoraNaming.Kohya) => ".lora_down.weight",
            ("lora_up", LoraNaming.Kohya) => ".lora_up.weight",
            ("lora_down", _) => ".lora_A.weight",
            ("lora_up", _) => ".lora_B.weight",
            ("dora_scale", LoraNaming.Diffusers) => ".lora_magnitude_vector.weight",
            ("a1" or "a2" or "b1" or "b2", _) => $".{role}.weight",
            _ => "." + role,
        };
    }

    static Tensor Rounded(string path, LoraLayerTensors layer, string role, Tensor value, ScalarType type)
    {
        var rounded = value.to(type);
        return !rounded.is_floating_point() || rounded.isfinite().all().item<bool>() ? rounded
            : throw new LoraException(path, LoraIssue.Of(LoraIssueCode.Overflow, layer.Module, role, StoredTypes.NameOf(type)));
    }

    // The alpha scales the whole layer: it keeps fp32 where rounding would change it.
    static ScalarType AlphaType(double alpha, ScalarType type)
    {
        using var scope = NewDisposeScope();
        return tensor((float)alpha).to(type).to(ScalarType.Float32).item<float>() == (float)alpha ? type : ScalarType.Float32;
    }
}
