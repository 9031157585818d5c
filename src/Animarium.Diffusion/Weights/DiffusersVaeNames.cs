using System.Globalization;

namespace Animarium.Diffusion.Weights;

/// <summary>
/// The two names every module of the Qwen-Image VAE has: the original one, which counts layers (<c>decoder.upsamples.4.residual.2</c>), and
/// that of the diffusers layout, which groups them (<c>decoder.up_blocks.1.resnets.0.conv1</c>).
/// </summary>
public static class DiffusersVaeNames
{
    /// <summary>A level of the decoder is three residual blocks and, but for the last level, an upsampler.</summary>
    const int LayersOfALevel = 4;

    static readonly (string Original, string Diffusers)[] Whole =
    [
        ("conv1", "quant_conv"), ("conv2", "post_quant_conv"),
        .. new[] { "encoder", "decoder" }.SelectMany(side => new[] { (side + ".conv1", side + ".conv_in"), (side + ".head.0", side + ".norm_out"), (side + ".head.2", side + ".conv_out") }),
    ];

    static readonly (string Original, string Diffusers)[] Layer =
        [("residual.0", "norm1"), ("residual.2", "conv1"), ("residual.3", "norm2"), ("residual.6", "conv2"), ("shortcut", "conv_shortcut")];

    /// <summary>The diffusers name of a module or tensor; a name without another one comes back as it is.</summary>
    public static string FromOriginal(string name) => name.Split('.', 4) switch
    {
        ["encoder", "downsamples", var i, var inner] => $"encoder.down_blocks.{i}.{In(inner)}",
        ["decoder", "upsamples", var i, var inner] when Number(i) is { } n => n % LayersOfALevel == LayersOfALevel - 1
            ? $"decoder.up_blocks.{n / LayersOfALevel}.upsamplers.0.{In(inner)}"
            : $"decoder.up_blocks.{n / LayersOfALevel}.resnets.{n % LayersOfALevel}.{In(inner)}",
        [var side, "middle", "1", var inner] => $"{side}.mid_block.attentions.0.{inner}",
        [var side, "middle", var i and ("0" or "2"), var inner] => $"{side}.mid_block.resnets.{(i == "0" ? 0 : 1)}.{In(inner)}",
        _ => DiffusersNames.Renamed(name, Whole),
    };

    /// <summary>The original name of a module or tensor; a name without another one comes back as it is.</summary>
    public static string ToOriginal(string name) => name.Split('.', 6) switch
    {
        ["encoder", "down_blocks", var i, .. var inner] => $"encoder.downsamples.{i}.{Out(inner)}",
        ["decoder", "up_blocks", var level, "upsamplers", "0", .. var inner] when Number(level) is { } n => $"decoder.upsamples.{n * LayersOfALevel + LayersOfALevel - 1}.{Out(inner)}",
        ["decoder", "up_blocks", var level, "resnets", var i, .. var inner] when Number(level) is { } n && Number(i) is { } r => $"decoder.upsamples.{n * LayersOfALevel + r}.{Out(inner)}",
        [var side, "mid_block", "attentions", "0", .. var inner] => $"{side}.middle.1.{Out(inner)}",
        [var side, "mid_block", "resnets", var i and ("0" or "1"), .. var inner] => $"{side}.middle.{(i == "0" ? 0 : 2)}.{Out(inner)}",
        _ => DiffusersNames.Renamed(name, Whole.Select(DiffusersNames.Swapped)),
    };

    static string In(string inner) => DiffusersNames.Renamed(inner, Layer);

    static string Out(string[] inner) => DiffusersNames.Renamed(string.Join('.', inner), Layer.Select(DiffusersNames.Swapped));

    static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n < 1000 ? n : null;
}
