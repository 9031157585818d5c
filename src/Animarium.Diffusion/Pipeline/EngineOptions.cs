using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Pipeline;

/// <summary>Where and how the engine computes.</summary>
/// <param name="Device">cpu, cuda:N or mps.</param>
/// <param name="Type">Type of the computation: Float32, BFloat16 or Float16. The sampler, norms and RoPE are fp32 always.</param>
/// <param name="MemoryLimit">Bytes of weights on the device at the same time; null: no limit. On a CPU a limit makes the engine behave as on a card of that size.</param>
public sealed record EngineOptions(Device Device, ScalarType Type, long? MemoryLimit = null)
{
    /// <summary>Items of a batch, prompts and negative prompts counted, that go through the transformer together.</summary>
    public int MostItems { get; init; } = 64;

    /// <summary>Single precision on the CPU, where everything is compared with the references.</summary>
    public static EngineOptions Reference { get; } = new(new Device(DeviceType.CPU), ScalarType.Float32);
}
