using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>A stage of the encoder or decoder: (b, c, h, w) to (b, c', h', w').</summary>
internal interface IVaeStage
{
    Tensor Forward(Tensor x);
}

/// <summary>
/// A convolution of the video VAE on a single frame. Causal padding puts only zeros before the first frame, so a 3-D kernel acts by its last
/// temporal tap, a view of the mapped tensor.
/// </summary>
internal sealed class Convolution(WeightScope weights, string name) : IVaeStage
{
    readonly Weight weight = LastTap(weights.Take(name + ".weight"));
    readonly Weight bias = weights.Take(name + ".bias");
    readonly string name = new[] { weights.Name, name }.Aggregate((a, b) => a.Length == 0 ? b : a + "." + b);

    public Tensor Forward(Tensor x) => Forward(x, stride: 1, padding: (int)weight.Stored.shape[^1] / 2).Tap(name);

    public Tensor Forward(Tensor x, int stride, int padding) =>
        F.conv2d(x, weight.As(x.dtype, x.device), bias.As(x.dtype, x.device), [stride, stride], [padding, padding]);

    static Weight LastTap(Weight weight) => weight.Stored.dim() == 5 ? new(weight.Name, weight.Stored.select(2, -1).DetachFromDisposeScope()) : weight;
}

/// <summary>Norm, SiLU, convolution, twice; the shortcut acts on the input before the norm.</summary>
internal sealed class ResidualBlock(WeightScope weights) : IVaeStage
{
    readonly Weight residual_0 = weights.Take("residual.0.gamma"), residual_3 = weights.Take("residual.3.gamma");
    readonly Convolution residual_2 = new(weights, "residual.2"), residual_6 = new(weights, "residual.6");
    readonly Convolution? shortcut = weights.Has("shortcut.weight") ? new(weights, "shortcut") : null;
    readonly string name = weights.Name;

    public Tensor Forward(Tensor x)
    {
        var y = residual_2.Forward(F.silu(Norms.ChannelNorm(x, residual_0.Fp32For(x))));
        y = residual_6.Forward(F.silu(Norms.ChannelNorm(y, residual_3.Fp32For(x))));
        return ((shortcut?.Forward(x) ?? x) + y).Tap(name);
    }
}

/// <summary>Single-head attention over all positions, in the middle of the encoder and of the decoder.</summary>
internal sealed class AttentionBlock(WeightScope weights) : IVaeStage
{
    readonly Weight norm = weights.Take("norm.gamma");
    readonly Convolution to_qkv = new(weights, "to_qkv"), proj = new(weights, "proj");
    readonly string name = weights.Name;

    public Tensor Forward(Tensor x)
    {
        var (h, w) = (x.shape[2], x.shape[3]);
        var qkv = to_qkv.Forward(Norms.ChannelNorm(x, norm.Fp32For(x))).Rearrange("b (k c) h w -> k b (h w) c", ('k', 3)).unsqueeze(2);
        var z = Attention.Scaled(qkv[0], qkv[1], qkv[2]).squeeze(1);
        return (x + proj.Forward(z.Rearrange("b (h w) c -> b c h w", ('h', h), ('w', w)))).Tap(name);
    }
}

/// <summary>Halves the sides: padding on the right and at the bottom only, then a convolution of stride 2.</summary>
internal sealed class Downsample(WeightScope weights) : IVaeStage
{
    readonly Convolution resample_1 = new(weights, "resample.1");
    readonly string name = weights.Name;

    public Tensor Forward(Tensor x) => resample_1.Forward(F.pad(x, [0, 1, 0, 1]), stride: 2, padding: 0).Tap(name);
}

/// <summary>Doubles the sides by repeating pixels, then a convolution to half the channels.</summary>
internal sealed class Upsample(WeightScope weights) : IVaeStage
{
    readonly Convolution resample_1 = new(weights, "resample.1");
    readonly string name = weights.Name;

    public Tensor Forward(Tensor x) => resample_1.Forward(x.repeat_interleave(2, 2).repeat_interleave(2, 3)).Tap(name);
}

/// <summary>The last stage: norm, SiLU, convolution.</summary>
internal sealed class Head(WeightScope weights) : IVaeStage
{
    readonly Weight head_0 = weights.Take("0.gamma");
    readonly Convolution head_2 = new(weights, "2");
    readonly string name = weights.Name;

    public Tensor Forward(Tensor x) => head_2.Forward(F.silu(Norms.ChannelNorm(x, head_0.Fp32For(x)).Tap(name, ".0")));
}
