namespace Animarium.Studio.Generation;

/// <summary>A LoRA and how strongly it acts; strengths may be negative.</summary>
/// <param name="Name">A name of the model library, or a file.</param>
/// <param name="Strength">On the diffusion transformer.</param>
/// <param name="TextStrength">On the text encoder and the adapter.</param>
public sealed record LoraUse(string Name, double Strength, double TextStrength);

/// <summary>What the model sees for an empty prompt.</summary>
public enum EmptyPrompt
{
    /// <summary>Nothing, as in training.</summary>
    Masked,

    /// <summary>The state of one end-of-text token, as in ComfyUI and Forge.</summary>
    ComfyUi,
}

/// <summary>What the second pass enlarges.</summary>
public enum HiresUpscaler
{
    /// <summary>The latents: faster, needs a higher denoise.</summary>
    Latent,

    /// <summary>The decoded picture.</summary>
    Pixels,
}

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
