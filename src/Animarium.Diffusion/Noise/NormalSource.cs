using static TorchSharp.torch;

namespace Animarium.Diffusion.Noise;

/// <summary>Which program's random numbers a seed stands for.</summary>
public enum NoiseSource
{
    /// <summary>PyTorch's generator on a CPU: ComfyUI, and A1111 with "RNG: CPU".</summary>
    Cpu,
    /// <summary>CUDA's generator: A1111 and Forge with "RNG: NV" or none named.</summary>
    Nv,
}

/// <summary>A stream of standard normal numbers that a seed determines.</summary>
public interface INormalSource
{
    /// <summary>The next numbers of the stream.</summary>
    /// <param name="shape">Sizes, outermost first.</param>
    /// <returns>fp32 on the CPU</returns>
    Tensor Normal(params ReadOnlySpan<long> shape);
}

/// <summary>A stream of uniform numbers that a seed determines.</summary>
public interface IUniformSource
{
    /// <summary>The next numbers of the stream, 0 … 1 (exclusive).</summary>
    /// <param name="shape">Sizes, outermost first.</param>
    /// <returns>fp32 on the CPU</returns>
    Tensor Uniform(params ReadOnlySpan<long> shape);
}

/// <summary>Opens the streams of a <see cref="NoiseSource"/>.</summary>
public static class NormalSource
{
    /// <summary>A new stream from the start of a seed.</summary>
    public static INormalSource Generator(this NoiseSource source, ulong seed) => source == NoiseSource.Nv ? new PhiloxGenerator(seed) : new TorchGenerator(seed);
}
