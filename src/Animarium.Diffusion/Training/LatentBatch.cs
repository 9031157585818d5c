using static TorchSharp.torch;

namespace Animarium.Diffusion.Training;

/// <summary>Pictures of one size with their captions, as the model trains on them.</summary>
/// <param name="Latents">(b, 16, h, w), fp32, normalised units</param>
/// <param name="Text">The captions.</param>
/// <param name="Mask">(b, H, W), 0 … 1: how much a place counts; null: all count</param>
/// <param name="Weights">(b): how much a picture counts; null: 1</param>
public sealed record LatentBatch(Tensor Latents, TextInputs Text, Tensor? Mask = null, Tensor? Weights = null) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Latents.Dispose();
        Text.Dispose();
        Mask?.Dispose();
        Weights?.Dispose();
    }
}
