using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>
/// The element types of the safetensors format and libtorch's numbers for them. TorchSharp's enumeration stops at bfloat16, but hands the
/// number through to libtorch, which knows the newer types: <c>tensor.to(float32)</c> converts from them exactly.
/// </summary>
public static class StoredTypes
{
    /// <summary>Eight bits: sign, 4 of exponent, 3 of mantissa; up to 448, no infinities (Micikevicius et al. 2022).</summary>
    public const ScalarType Float8E4M3 = (ScalarType)24;

    /// <summary>Eight bits: sign, 5 of exponent, 2 of mantissa; up to 57344.</summary>
    public const ScalarType Float8E5M2 = (ScalarType)23;

    static readonly (string Name, int Bits, ScalarType? Type)[] All =
    [
        ("BOOL", 8, ScalarType.Bool), ("U8", 8, ScalarType.Byte), ("I8", 8, ScalarType.Int8),
        ("I16", 16, ScalarType.Int16), ("I32", 32, ScalarType.Int32), ("I64", 64, ScalarType.Int64),
        ("U16", 16, (ScalarType)27), ("U32", 32, (ScalarType)28), ("U64", 64, (ScalarType)29),
        ("F64", 64, ScalarType.Float64), ("F32", 32, ScalarType.Float32), ("F16", 16, ScalarType.Float16), ("BF16", 16, ScalarType.BFloat16),
        ("F8_E4M3", 8, Float8E4M3), ("F8_E5M2", 8, Float8E5M2), ("F8_E4M3FNUZ", 8, (ScalarType)26), ("F8_E5M2FNUZ", 8, (ScalarType)25), ("F8_E8M0", 8, (ScalarType)44),
        ("C64", 64, ScalarType.ComplexFloat32),
        // Packed below a byte: their files can be listed, their tensors not read.
        ("F4", 4, null), ("F6_E2M3", 6, null), ("F6_E3M2", 6, null),
    ];

    /// <summary>The format's names of all types that can be read.</summary>
    public static IEnumerable<string> Readable => All.Where(t => t.Type is not null).Select(t => t.Name);

    /// <summary>Bits of an element, or null if the format has no such type.</summary>
    internal static int? Bits(string name) => Array.Find(All, t => t.Name == name) is { Name: not null } found ? found.Bits : null;

    /// <summary>libtorch's type, or null if it has none.</summary>
    internal static ScalarType? TypeOf(string name) => Array.Find(All, t => t.Name == name).Type;

    /// <summary>The format's name of a type.</summary>
    /// <exception cref="NotSupportedException">The format has none.</exception>
    public static string NameOf(ScalarType type) =>
        Array.Find(All, t => t.Type == type).Name ?? throw new NotSupportedException($"Safetensors files can't hold tensors of type {type}. Convert it first.");
}
