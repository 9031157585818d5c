using static TorchSharp.torch;

namespace Animarium.Bench;

/// <summary>Types as people write them.</summary>
static class TypeNames
{
    public static string Of(ScalarType type) => type switch { ScalarType.BFloat16 => "bf16", ScalarType.Float16 => "fp16", _ => "fp32" };
}
