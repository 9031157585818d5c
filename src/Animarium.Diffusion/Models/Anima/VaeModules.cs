using Animarium.Diffusion.Kernels;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>
/// A stage of the encoder or decoder: (b, c, h, w) to (b, c', h', w'). In memory a pixel's channels lie side by side, which is how convolutions are fastest
/// and what norms over the channels need; every stage keeps that order.
/// </summary>
internal interface IVaeStage
{
    /// <summary>How far an output pixel looks beyond its own place, in pixels of the input; null: everywhere.</summary>
    int? Reach { get; }

    /// <summary>Sides of the output over sides of the input.</summary>
    double Scale => 1;

    Tensor Forward(Tensor x);
}

/// <summary>
/// A convolution of the video VAE on a single frame. Causal padding puts only zeros before the first frame, so a 3-D kernel acts by its last
/// temporal tap, a view of the mapped tensor.
/// </summary>
internal sealed class Convolution(WeightScope weights, string name) : IVaeStage
{
    readonly Weight weight = weights.Take(name + ".weight", kernel => kernel.dim() == 5 ? kernel.select(2, -1) : kernel);
    readonly Weight bias = weights.Take(name + ".bias");
    readonly string name = weights.NameOf(name);

    static Convolution() => Nnpack.TurnOff();

    public int? Reach => (int)weight.Stored.shape[^1] / 2;

    public Tensor Forward(Tensor x) => Forward(x, stride: 1, padding: Reach!.Value).Tap(name);

    public Tensor Forward(Tensor x, int stride, int padding)
    {
        var kernel = Kernel(x.dtype, x.device);
        // oneDNN 3.7.1 takes channels of the output in pairs for the gradient of a bf16 input, and reads one too many of an odd number: that of the three colours is garbage.
        if (x.dtype == ScalarType.BFloat16 && x.requires_grad && kernel.shape[0] % 2 == 1)
            return Convolve(F.pad(kernel, [0, 0, 0, 0, 0, 0, 0, 1]), F.pad(Bias(x), [0, 1])).narrow(1, 0, kernel.shape[0]);
        return Convolve(kernel, Bias(x));

        Tensor Convolve(Tensor kernel, Tensor bias) => F.conv2d(x, kernel, bias, [stride, stride], [padding, padding]);
    }

    public Tensor Kernel(ScalarType type, Device device) => weight.As(type, device);

    public Tensor Bias(Tensor like) => bias.As(like.dtype, like.device);
}

/// <summary>Channel norm, then SiLU.</summary>
internal sealed class NormSilu(WeightScope weights, string name) : IVaeStage
{
    readonly Weight gamma = weights.Take(name + ".gamma");
    readonly string name = weights.NameOf(name);

    public int? Reach => 0;

    public Tensor Forward(Tensor x) => Norms.ChannelNormSilu(x, gamma.Fp32For(x).flatten(), name);
}

/// <summary>Norm, SiLU, convolution, twice; the shortcut acts on the input before the norm.</summary>
internal sealed class ResidualBlock(WeightScope weights) : IVaeStage
{
    readonly IVaeStage[] residual =
    [
        new NormSilu(weights, "residual.0"), new Convolution(weights, "residual.2"),
        new NormSilu(weights, "residual.3"), new Convolution(weights, "residual.6"),
    ];
    readonly Convolution? shortcut = weights.Has("shortcut.weight") ? new(weights, "shortcut") : null;
    readonly string name = weights.Name;

    public int? Reach => residual.Sum(stage => stage.Reach);

    public Tensor Forward(Tensor x) => x.Through(residual, (x, stage) => stage.Forward(x)).Accumulate(shortcut?.Forward(x) ?? x).Tap(name);
}

/// <summary>Single-head attention over all positions, in the middle of the encoder and of the decoder.</summary>
internal sealed class AttentionBlock(WeightScope weights) : IVaeStage
{
    readonly Weight norm = weights.Take("norm.gamma");
    readonly Convolution to_qkv = new(weights, "to_qkv"), proj = new(weights, "proj");
    readonly string name = weights.Name;

    public int? Reach => null;

    public Tensor Forward(Tensor x)
    {
        var (h, w) = (x.shape[2], x.shape[3]);
        var qkv = to_qkv.Forward(Norms.ChannelNorm(x, norm.Fp32For(x).flatten())).Rearrange("b (k c) h w -> k b (h w) c", ('k', 3)).unsqueeze(2);
        var z = Attention.Scaled(qkv[0], qkv[1], qkv[2]).squeeze(1);
        return x.Plus(proj.Forward(z.Rearrange("b (h w) c -> b c h w", ('h', h), ('w', w)))).Tap(name);
    }
}

/// <summary>Halves the sides: padding on the right and at the bottom only, then a convolution of stride 2.</summary>
internal sealed class Downsample(WeightScope weights) : IVaeStage
{
    readonly Convolution resample_1 = new(weights, "resample.1");
    readonly string name = weights.Name;

    public int? Reach => resample_1.Reach;

    public double Scale => 0.5;

    public Tensor Forward(Tensor x) => resample_1.Forward(F.pad(x, [0, 1, 0, 1]), stride: 2, padding: 0).Tap(name);
}

/// <summary>
/// Doubles the sides by repeating pixels, then a 3 × 3 convolution to half the channels. Where pixels repeat, kernel taps that meet the same pixel can be
/// added up beforehand: four 2 × 2 convolutions of the small picture, one for each place in a 2 × 2 cell, give the same with 16 products instead of 36.
/// </summary>
internal sealed class Upsample(WeightScope weights) : IVaeStage
{
    // Which of three taps in a row meet which of two pixels: in the first half of a cell 0 | 1 2, in the second 0 1 | 2.
    static readonly float[,,] Meet = { { { 1, 0, 0 }, { 0, 1, 1 } }, { { 1, 1, 0 }, { 0, 0, 1 } } };

    readonly Convolution resample_1 = new(weights, "resample.1");
    readonly string name = weights.Name;

    public int? Reach => resample_1.Reach;

    public double Scale => 2;

    public Tensor Forward(Tensor x)
    {
        var (b, h, w) = (x.shape[0], x.shape[2], x.shape[3]);
        var meet = tensor(Meet, device: x.device);
        var kernels = einsum("pak,qbl,oikl->pqoiab", meet, meet, resample_1.Kernel(float32, x.device)).flatten(0, 2).to(x.dtype);
        var cells = F.conv2d(x, kernels, resample_1.Bias(x).repeat(4), padding: [1, 1]).unflatten(1, 4, -1);

        var image = empty([b, h, 2, w, 2, cells.shape[2]], x.dtype, x.device);
        for (int n = 0; n < 4; n++)
        {
            var (p, q) = (n / 2, n % 2);
            image.select(4, q).select(2, p).copy_(cells.select(1, n).narrow(2, p, h).narrow(3, q, w).permute(0, 2, 3, 1));
        }
        return image.view(b, 2 * h, 2 * w, -1).permute(0, 3, 1, 2).Tap(name + ".resample.1").Tap(name);
    }
}
