using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>A tensor that is to be written, made only when its turn comes: a model of gigabytes is written in the memory of its largest tensor.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">Its type in the file.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Value">Makes it, in that type and shape, on any device. The writer calls it inside a dispose scope of its own, maybe more than once.</param>
public sealed record StoredTensor(string Name, ScalarType Type, long[] Shape, Func<Tensor> Value)
{
    /// <summary>A tensor that is in memory already; it is written in its own type.</summary>
    public StoredTensor(string name, Tensor value) : this(name, value.dtype, value.shape, () => value)
    {
    }

    internal string TypeName => StoredTypes.NameOf(Type);

    internal int ElementBits => StoredTypes.Bits(TypeName)!.Value;

    internal long Bytes => Shape.Aggregate(1L, (product, size) => product * size) * ElementBits / 8;
}
