using static TorchSharp.torch;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>A negative prompt that acts inside the cross-attention, so that it works without classifier-free guidance (normalised attention guidance).</summary>
/// <param name="Negative">The negative prompt: one item, or one for each guided item.</param>
/// <param name="Items">How many items, from the front of the batch, it acts on.</param>
/// <param name="Combine">(z⁺, z⁻) → z, all (b, l, h·d): attention to the prompt and to the negative prompt with the same queries.</param>
public sealed record AttentionGuidance(TextConditioning Negative, long Items, Func<Tensor, Tensor, Tensor> Combine);
