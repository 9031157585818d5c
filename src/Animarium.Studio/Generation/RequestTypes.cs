namespace Animarium.Studio.Generation;

/// <summary>A LoRA and how strongly it acts; strengths may be negative.</summary>
/// <param name="Name">A name of the model library, or a file.</param>
/// <param name="Strength">On the diffusion transformer.</param>
/// <param name="TextStrength">On the text encoder and the adapter.</param>
public sealed record LoraUse(string Name, double Strength, double TextStrength);

/// <summary>The type computed in.</summary>
public enum Precision
{
    /// <summary>What a short measurement finds best.</summary>
    Auto,

    /// <summary>Single precision.</summary>
    Fp32,

    /// <summary>bfloat16.</summary>
    Bf16,

    /// <summary>Half precision.</summary>
    Fp16,
}
