using Animarium.Diffusion.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>A tensor of a checkpoint in the place where the model uses it: mapped in its stored type, seen in the type and on the device of the computation.</summary>
/// <param name="name">The checkpoint's name without prefix, e.g. <c>blocks.0.self_attn.q_norm.weight</c>.</param>
/// <param name="stored">The mapped tensor; never written to.</param>
/// <param name="scale">What stored values are multiplied by: one number, one for each row, or one for each block of a grid; null: nothing.</param>
public sealed class Weight(string name, Tensor stored, Tensor? scale = null)
{
    /// <summary>The checkpoint's name without prefix.</summary>
    public string Name { get; } = name;

    /// <summary>The mapped tensor; never written to.</summary>
    public Tensor Stored { get; } = stored;

    /// <summary>What stored values are multiplied by, where they are quantised.</summary>
    public Tensor? Scale { get; } = scale;

    /// <summary>Stands in for the stored value while something (a LoRA's <c>diff</c>, a merge) changes it; null: the stored one.</summary>
    public Tensor? Patch { get; set; }

    /// <summary>A copy on the device of the computation while a stage of the work keeps it there (<see cref="DeviceMemory"/>); null: none.</summary>
    internal Tensor? Placed { get; set; }

    /// <summary>The value as a computation in <paramref name="type"/> on <paramref name="device"/> needs it; the stored tensor itself where it fits.</summary>
    public Tensor As(ScalarType type, Device device) => Patch?.to(type, device) ?? StoredAs(type, device);

    /// <summary>The checkpoint's own value, whatever stands in for it.</summary>
    public Tensor StoredAs(ScalarType type, Device device) => Placed?.to(type, device) ?? Converted(type, device, copy: false);

    /// <summary>Whether to compute with <paramref name="x"/> the stored value itself is used and has to be converted.</summary>
    internal bool IsConvertedFor(Tensor x) =>
        Patch is null && Placed is null && Scale is null && Stored.dtype != x.dtype && Stored.device_type == DeviceType.CPU && x.device_type == DeviceType.CPU;

    /// <summary>The stored value in a type and on a device, as a tensor of its own.</summary>
    internal Tensor CopyTo(ScalarType type, Device device) => Converted(type, device, copy: true);

    Tensor Converted(ScalarType type, Device device, bool copy) =>
        Scale is null ? Stored.to(type, device, copy: copy) : Quantization.Dequantize(Stored.to(device), Scale.to(device), type);

    /// <summary>The value in fp32 on the device of <paramref name="x"/>: what norms and modulations compute with.</summary>
    public Tensor Fp32For(Tensor x) => As(ScalarType.Float32, x.device);

    /// <summary>Rows of an embedding table; only these are converted and moved.</summary>
    /// <param name="ids">(…), int64</param>
    /// <param name="type">Type of the result; its device is that of <paramref name="ids"/>.</param>
    /// <returns>(…, d)</returns>
    public Tensor Rows(Tensor ids, ScalarType type)
    {
        var table = Patch ?? (Scale is null ? Stored : StoredAs(type, ids.device));
        return table.index_select(0, ids.flatten().to(table.device)).to(type, ids.device).view([.. ids.shape, table.shape[1]]);
    }
}
