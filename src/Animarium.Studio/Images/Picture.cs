using Animarium.Diffusion.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Studio.Images;

/// <summary>A decoded picture: rows from top to bottom, pixels from left to right, sRGB, 8 bits a channel, interleaved.</summary>
public sealed class Picture
{
    /// <summary>Wraps pixels without copying them.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="channels">1 grey, 3 RGB, 4 RGBA (not premultiplied).</param>
    /// <param name="pixels">width × height × channels bytes.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public Picture(int width, int height, int channels, byte[] pixels)
    {
        if (channels is not (1 or 3 or 4) || width <= 0 || height <= 0 || (long)width * height * channels != pixels.LongLength)
            throw new ArgumentException($"{pixels.LongLength} bytes are no picture of {width}×{height} pixels with {channels} channels.");
        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    /// <summary>Pixels from left to right.</summary>
    public int Width { get; }

    /// <summary>Pixels from top to bottom.</summary>
    public int Height { get; }

    /// <summary>1 grey, 3 RGB, 4 RGBA.</summary>
    public int Channels { get; }

    /// <summary>height × width × channels.</summary>
    public byte[] Pixels { get; }

    /// <summary>One picture of a tensor of pixels; each value becomes the nearest of 255 steps, those outside 0…1 are clamped.</summary>
    /// <param name="image">[channels, height, width] or [1, channels, height, width] with 1, 3 or 4 channels, 0…1.</param>
    public static Picture FromTensor(Tensor image)
    {
        using var scope = NewDisposeScope();
        var pixels = image.dim() == 4 ? image.squeeze(0) : image;
        if (pixels.dim() != 3) throw new ArgumentException($"A tensor of shape [{string.Join(", ", image.shape)}] is not one picture.", nameof(image));
        var bytes = pixels.detach().to(float32).Times(255).round().Between(0, 255).to(uint8).permute(1, 2, 0).contiguous().cpu();
        return new Picture((int)pixels.shape[2], (int)pixels.shape[1], (int)pixels.shape[0], bytes.bytes.ToArray());
    }

    /// <summary>[1, channels, height, width] in float32, 0…1.</summary>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        var pixels = tensor(Pixels, [Height, Width, Channels], uint8);
        return pixels.permute(2, 0, 1).unsqueeze(0).to(float32).Over(255).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Three channels: transparent pixels over a colour.</summary>
    /// <param name="background">0xRRGGBB; white if not said.</param>
    public Picture Rgb(int background = 0xFFFFFF) => Channels == 3 ? this : Map(3, (from, to) =>
    {
        int alpha = from.Length == 4 ? from[3] : 255;
        for (int c = 0; c < 3; c++) to[c] = (byte)((from[from.Length == 1 ? 0 : c] * alpha + (background >> (16 - 8 * c) & 255) * (255 - alpha) + 127) / 255);
    });

    /// <summary>One channel: how opaque each pixel is, 255 everywhere without transparency.</summary>
    public Picture Alpha() => Map(1, (from, to) => to[0] = from.Length == 4 ? from[3] : (byte)255);

    /// <summary>One channel: the luma of ITU-R BT.601, as masks are read everywhere. Transparent pixels count as white.</summary>
    public Picture Gray() => Channels == 1 ? this : Rgb().Map(1, (from, to) => to[0] = (byte)((19595 * from[0] + 38470 * from[1] + 7471 * from[2] + 32768) >> 16));

    private delegate void PixelMap(ReadOnlySpan<byte> from, Span<byte> to);

    private Picture Map(int channels, PixelMap map)
    {
        var mapped = new byte[Width * Height * channels];
        for (int i = 0; i < Width * Height; i++) map(Pixels.AsSpan(i * Channels, Channels), mapped.AsSpan(i * channels, channels));
        return new Picture(Width, Height, channels, mapped);
    }
}
