using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>A transformer block under gradient checkpointing: everything it reads goes through <see cref="Recomputed"/>, which keeps it for the second run.</summary>
internal static class RecomputedBlock
{
    /// <inheritdoc cref="AnimaBlock.Forward"/>
    public static Tensor Forward(AnimaBlock block, Func<IDisposable?> weights, Tensor x, BlockModulation t, RopeTable rope, BlockText text) => Recomputed.Run(
        i => block.Forward(i[0], new(Modulation(i, 1), Modulation(i, 4), Modulation(i, 7)), new(i[10], i[11]), new(new(i[12], i[13]), i.Count > 14 ? i[14] : null, default, null)),
        weights,
        [x, .. Tensors(t.SelfAttn), .. Tensors(t.CrossAttn), .. Tensors(t.Mlp), rope.Cos, rope.Sin, text.Positive.Keys, text.Positive.Values, .. text.Bias is null ? Array.Empty<Tensor>() : [text.Bias]]);

    static Tensor[] Tensors(Modulation modulation) => [modulation.Shift, modulation.Scale, modulation.Gate!];

    static Modulation Modulation(IReadOnlyList<Tensor> inputs, int at) => new(inputs[at], inputs[at + 1], inputs[at + 2]);
}
